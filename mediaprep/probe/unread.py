"""Say why facts are missing, for readers that cannot know beforehand which will be."""

from __future__ import annotations

from mediaprep.model import MediaInfo

STREAM = ("audio_codec", "sample_rate", "channels")
PICTURE = ("width", "height", "coded_width", "coded_height", "video_codec", "fps")


def explain(info: MediaInfo, why: str, *facts: str) -> None:
    """Give `why` as the reason of those facts that are None and have none yet."""
    for fact in facts:
        if getattr(info, fact) is None:
            info.unread.setdefault(fact, why)
