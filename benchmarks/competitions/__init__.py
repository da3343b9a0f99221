"""Forty competitions by name: small drawn data in exactly their layouts, each played from the files to the submission.

Usage: python -m benchmarks.competitions [NAME ...]
"""
