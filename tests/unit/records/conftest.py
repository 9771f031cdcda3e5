"""Makes this folder's modules, such as `made_records`, known to the tests in the folders below."""
