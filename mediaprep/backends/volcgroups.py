# ruff: noqa: D102  (documented once, at `Backend`)
"""Asset groups of Volcengine's library: every asset is created in one."""

from __future__ import annotations

from mediaprep.backends.answers import Answer
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.values import Group, Page, Query
from mediaprep.backends.volcapi import VolcApi, request_id


class VolcGroups(VolcApi):
    """The actions on groups."""

    def create_group(self, name: str, description: str = "") -> Call:
        body = self._group_words(name, description)
        return self._call("CreateAssetGroup", body | {"GroupType": self._group_type})

    def parse_group_created(self, reply: Reply) -> Group:
        def take(answer: Answer) -> Group:
            ident = answer.object("Result").identity("Id")
            return Group(self.name, ident, project=self.project, request_id=request_id(answer))

        return self._read_answer(reply, take)

    def get_group(self, group_id: str) -> Call:
        return self._call("GetAssetGroup", {"Id": group_id})

    def parse_group(self, reply: Reply) -> Group:
        return self._read_answer(
            reply, lambda answer: self._group(answer.object("Result"), request_id(answer))
        )

    def list_groups(self, query: Query) -> Call:
        wanted = {"GroupIds": [query.group] if query.group else [], "Name": query.name}
        return self._call("ListAssetGroups", self._filter(wanted) | self._paging(query))

    def parse_groups(self, reply: Reply, query: Query) -> Page[Group]:
        def take(answer: Answer) -> Page[Group]:
            result = answer.object("Result")
            said = request_id(answer)
            items = [self._group(item, said) for item in result.objects("Items")]
            wanted = tuple(item for item in items if query.admits(item.name, None, item.id))
            return Page(wanted, *self._turn(query, result, len(items)))

        return self._read_answer(reply, take)

    def update_group(self, group_id: str, name: str = "", description: str = "") -> Call:
        words = self._group_words(name, description)
        return self._call("UpdateAssetGroup", {"Id": group_id} | words)

    def delete_group(self, group_id: str, *, recursive: bool = False) -> Call:
        # Observed: a group that is not empty takes its assets with it.
        self.refuse_unless(recursive, group_id)
        return self._call("DeleteAssetGroup", {"Id": group_id})

    def _group_words(self, name: str, description: str) -> dict[str, object]:
        self._check_length("name", name, self.limits.name_chars)
        self._check_length("description", description, self.limits.description_chars)
        both = {"Name": name, "Description": description}
        return {key: value for key, value in both.items() if value}

    def _group(self, item: Answer, said: str) -> Group:
        return Group(
            self.name,
            item.identity("Id"),
            item.name("Name"),
            item.text("Description"),
            item.text("GroupType"),
            item.text("ProjectName") or self.project,
            item.text("CreateTime"),
            said,
        )
