"""What is looked at: decoding, the decode-once cache, augmentation."""
