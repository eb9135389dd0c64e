"""Nguyen and Hein, Optimization Landscape and Expressivity of Deep CNNs (ICML 2018)."""
