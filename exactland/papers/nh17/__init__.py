"""Nguyen and Hein, The Loss Surface of Deep and Wide Neural Networks (ICML 2017)."""
