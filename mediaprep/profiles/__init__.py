"""Limits are data: the profiles that ship with mediaprep, and the user's own, as TOML files."""

from mediaprep.profiles.load import built_in_names, load_profile
from mediaprep.profiles.profile import Limit, Profile

__all__ = ["Limit", "Profile", "built_in_names", "load_profile"]
