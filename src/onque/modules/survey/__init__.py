"""Satisfaction surveys: asks once for each resolution, keeps what the customer answers.

It owns the question, the signed link, the page behind it and the answer. It does not own the
ticket (desk) or how the mail gets out (mail).
"""
