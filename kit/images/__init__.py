"""What is looked at: decoding, the decode-once cache, face crops, augmentation."""
