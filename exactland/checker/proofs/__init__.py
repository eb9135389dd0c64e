"""Proofs as certificates (section 10): steps that are checked by themselves or follow by a rule.

Read ``proof`` first (the list of steps), then ``setting`` (what steps are checked against),
``rules`` and ``conclusions``; each other module checks one family of claims, and ``words`` says
them.
"""
