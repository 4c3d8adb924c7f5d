from django.urls import include, path

from tongban.catalog.pages import (
    citizen,
    crawlers,
    desk_search,
    exchange_urls,
    guide,
    kiosk,
    lists,
    paper,
    quality_urls,
)

app_name = "catalog"
urlpatterns = [
    path("", include("tongban.catalog.pages.desk_urls")),
    path("items", citizen.items, name="items"),
    path("items/suggestions", citizen.suggestions, name="suggestions"),
    path("items/<str:code>", guide.guide, name="guide"),
    path("items/<str:code>/history", guide.history, name="history"),
    path("items/<str:code>/versions/<int:number>", guide.version, name="version"),
    path("items/<str:code>/versions/<int:number>/changes", guide.changes, name="changes"),
    path("items/<str:code>/versions/<int:number>/files/<uuid:file>", guide.guide_file, name="guide_file"),
    path("items/<str:code>/form.pdf", paper.form, name="form_pdf"),
    path("items/<str:code>/notice.pdf", guide.notice, name="notice"),
    path("items/<str:code>/card.pdf", guide.card, name="card"),
    path("items/<str:code>/card.svg", guide.card_svg, name="card_svg"),
    path("desk/catalog/searches", desk_search.searches, name="searches"),
    path("desk/catalog/aliases", desk_search.aliases, name="aliases"),
    path("desk/catalog/aliases/removal", desk_search.remove, name="remove_alias"),
    path("lists", lists.lists, name="lists"),
    path("lists/<str:key>.csv", lists.csv, name="csv"),
    path("lists/<str:key>.xlsx", lists.xlsx, name="xlsx"),
    path("lists/<str:key>", lists.one_list, name="one_list"),
    path("kiosk", kiosk.start, name="kiosk"),
    path("kiosk/find", kiosk.find, name="kiosk_find"),
    path("kiosk/items/<str:code>", kiosk.guide, name="kiosk_guide"),
    path("kiosk/end", kiosk.end, name="kiosk_end"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("sitemaps/<str:part>.xml", crawlers.sitemap_part, name="sitemap_part"),
    *quality_urls.urlpatterns,
    *exchange_urls.urlpatterns,
]
