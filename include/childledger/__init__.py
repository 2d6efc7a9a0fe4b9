"""childledger keeps a province's monitoring ledger of migrant children (流动儿童监测摸排信息台账)."""

__version__ = "0.1.0"
