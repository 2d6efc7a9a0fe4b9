"""Tell the county from an address, for rows whose code names none: it is blank, damaged or only that of the city."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from childledger.places import codes_by_name

ENDS = "[县区旗市]"
"""Last character of a county's name."""
DEEPEST = 4
"""Such characters in the longest: 吉林省吉林市市中区."""


def counties(addresses: pa.StringArray) -> pa.Int32Array:
    """County code of each address, six digits; null where it does not begin with a county that can be told."""
    known = codes_by_name()
    codes, names = pa.array(known.values()), pa.array(known)
    plain = pc.replace_substring_regex(addresses, r"[\s·,，-]+(\D)", r"\1")
    found = pa.nulls(len(addresses), pa.string())
    for depth in range(1, DEEPEST + 1):
        begins = pc.extract_regex(plain, pattern=rf"^(?P<place>(?:.*?{ENDS}){{{depth}}})")
        found = pc.coalesce(found, codes.take(pc.index_in(pc.struct_field(begins, "place"), value_set=names)))
    return pc.cast(found, pa.int32())
