"""`check`: what is wrong with authored content, and what could be better, with places, reasons and fixes."""

from branchline.authoring.check.registry import Rule, matching, rules
from branchline.authoring.check.run import Checked, check, check_scenario

__all__ = ["Checked", "Rule", "check", "check_scenario", "matching", "rules"]
