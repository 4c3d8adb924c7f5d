from django.urls import path

from tongban.catalog.pages import citizen, guide, lists, paper

app_name = "catalog"
urlpatterns = [
    path("items", citizen.items, name="items"),
    path("items/<str:code>", guide.guide, name="guide"),
    path("items/<str:code>/history", guide.history, name="history"),
    path("items/<str:code>/versions/<int:number>", guide.version, name="version"),
    path("items/<str:code>/versions/<int:number>/files/<uuid:file>", guide.guide_file, name="guide_file"),
    path("items/<str:code>/form.pdf", paper.form, name="form_pdf"),
    path("items/<str:code>/notice.pdf", guide.notice, name="notice"),
    path("items/<str:code>/card.pdf", guide.card, name="card"),
    path("items/<str:code>/card.svg", guide.card_svg, name="card_svg"),
    path("lists", lists.lists, name="lists"),
    path("lists/<str:key>.csv", lists.csv, name="csv"),
    path("lists/<str:key>.xlsx", lists.xlsx, name="xlsx"),
    path("lists/<str:key>", lists.one_list, name="one_list"),
]
