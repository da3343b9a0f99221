"""What several tests share: small competitions, runs that were really trained, a stand-in for Kaggle."""
