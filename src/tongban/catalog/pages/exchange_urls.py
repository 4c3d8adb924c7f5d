"""Pages of the catalogue's editors that exchange it with others: codes, files, bulk edits."""

from django.urls import path

from tongban.catalog.pages import desk_bulk, desk_codes, desk_exchange

urlpatterns = [
    path("desk/catalog/codes", desk_codes.codes, name="codes"),
    path("desk/catalog/codes/<str:system>/<str:key>", desk_codes.code_set, name="code_set"),
    path("desk/catalog/codes/<str:system>/<str:key>/file", desk_codes.codes_file, name="codes_file"),
    path("desk/catalog/codes/<str:system>/<str:key>/add", desk_codes.add, name="codes_add"),
    path("desk/catalog/codes/<str:system>/<str:key>/rename", desk_codes.rename, name="codes_rename"),
    path("desk/catalog/codes/<str:system>/<str:key>/remove", desk_codes.remove, name="codes_remove"),
    path("desk/catalog/codes/<str:system>/<str:key>/map", desk_codes.map_code, name="codes_map"),
    path("desk/catalog/codes/<str:system>/<str:key>/unmap", desk_codes.unmap_code, name="codes_unmap"),
    path("desk/catalog/exchange", desk_exchange.exchange, name="exchange"),
    path("desk/catalog/exchange/files/<str:key>", desk_exchange.exchange_file, name="exchange_file"),
    path("desk/catalog/exchange/<int:number>", desk_exchange.trial, name="trial"),
    path("desk/catalog/exchange/<int:number>/file", desk_exchange.trial_file, name="trial_file"),
    path("desk/catalog/exchange/<int:number>/import", desk_exchange.take, name="take"),
    path("desk/catalog/bulk", desk_bulk.bulk_edits, name="bulk_edits"),
    path("desk/catalog/bulk/<int:number>", desk_bulk.bulk_edit, name="bulk_edit"),
    path("desk/catalog/bulk/<int:number>/drafts", desk_bulk.make_drafts, name="bulk_drafts"),
    path("desk/catalog/bulk/<int:number>/publication", desk_bulk.publish, name="bulk_publish"),
    path("desk/catalog/bulk/<int:number>/undo", desk_bulk.undo, name="bulk_undo"),
    path("desk/catalog/bulk/<int:number>/restoration", desk_bulk.restore, name="bulk_restore"),
]
