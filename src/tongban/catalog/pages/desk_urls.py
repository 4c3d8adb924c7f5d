from django.urls import path

from tongban.catalog.pages import desk, desk_editing, desk_publishing

EDITION = "desk/catalog/editions/<str:code>/<int:version>"
urlpatterns = [
    path("desk/catalog", desk.table, name="desk"),
    path("desk/catalog/tree", desk.tree, name="desk_tree"),
    path("desk/catalog/items/new", desk.new_item, name="desk_item_new"),
    path("desk/catalog/items/<str:code>", desk.item, name="desk_item"),
    path("desk/catalog/items/<str:code>/elements", desk.elements, name="desk_elements"),
    path("desk/catalog/items/<str:code>/place", desk.place, name="desk_place"),
    path("desk/catalog/items/<str:code>/abolition", desk.abolish, name="desk_abolish"),
    path("desk/catalog/items/<str:code>/drafts", desk.start, name="desk_start"),
    path(EDITION, desk_editing.edition, name="desk_edition"),
    path(f"{EDITION}/check", desk_publishing.check, name="desk_check"),
    path(f"{EDITION}/preview", desk_publishing.preview, name="desk_preview"),
    path(f"{EDITION}/preview/form/<int:page>", desk_publishing.preview_form, name="desk_preview_form"),
    path(f"{EDITION}/differences", desk_publishing.compare, name="desk_differences"),
    path(f"{EDITION}/publication", desk_publishing.publication, name="desk_publication"),
    path(f"{EDITION}/catching-up", desk_publishing.catch_up, name="desk_catch_up"),
    path(f"{EDITION}/discard", desk_publishing.discard, name="desk_discard"),
    path(f"{EDITION}/withdrawal", desk_publishing.withdraw, name="desk_withdraw"),
    path(f"{EDITION}/<slug:section>", desk_editing.section, name="desk_section"),
    path(f"{EDITION}/<slug:section>/<slug:rows>/<slug:at>", desk_editing.row, name="desk_row"),
    path(f"{EDITION}/<slug:section>/<slug:rows>/<slug:at>/place", desk_editing.row_place, name="desk_row_place"),
]
