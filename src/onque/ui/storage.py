"""Static files with hashed names, also where one script imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hash, compress and rewrite `import` paths, so that a script never meets an older one."""

    support_js_module_import_aggregation = True
