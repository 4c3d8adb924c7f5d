"""站点: settings, urls, wsgi, API assembly, the `tongban` command line. The only place that knows every room."""
