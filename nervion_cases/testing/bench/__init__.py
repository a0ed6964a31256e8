"""`make bench`: ratios measured side by side in one run, never single figures (the machine may be shared and noisy).

Touch it when a screen or a sweep that people wait for is added. It prints; it asserts nothing about time.
"""
