"""Every page and the API, in one list; each room brings its own."""

from django.urls import include, path

from tongban.site.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("tongban.portal.pages.urls")),
    path("", include("tongban.authentication.pages.urls")),
    path("", include("tongban.files.pages.urls")),
    path("", include("tongban.exports.pages.urls")),
    path("", include("tongban.catalog.pages.urls")),
    path("", include("tongban.applications.pages.urls")),  # its verify/documents before verify/<code>
    path("", include("tongban.licences.pages.urls")),
    path("", include("tongban.notices.pages.urls")),
    path("", include("tongban.credit.pages.urls")),
    path("", include("tongban.accounts.pages.urls")),
    path("", include("tongban.tickets.pages.urls")),
    path("", include("tongban.counter.pages.urls")),
    path("", include("tongban.reporting.pages.urls")),
    path("", include("tongban.evaluations.pages.urls")),
    path("", include("tongban.analytics.pages.urls")),
    path("", include("tongban.design.pages.urls")),
    path("", include("tongban.site.pages.urls")),
]

handler400 = "tongban.site.middleware.bad_request"
handler404 = "tongban.site.middleware.not_found"
handler500 = "tongban.site.middleware.failed"
