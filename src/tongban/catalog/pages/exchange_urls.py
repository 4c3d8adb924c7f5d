"""Pages of the catalogue's editors that exchange it with others: codes, files, bulk edits."""

from django.urls import path

from tongban.catalog.pages import desk_codes

urlpatterns = [
    path("desk/catalog/codes", desk_codes.codes, name="codes"),
    path("desk/catalog/codes/<str:system>/<str:key>", desk_codes.code_set, name="code_set"),
    path("desk/catalog/codes/<str:system>/<str:key>/file", desk_codes.codes_file, name="codes_file"),
    path("desk/catalog/codes/<str:system>/<str:key>/add", desk_codes.add, name="codes_add"),
    path("desk/catalog/codes/<str:system>/<str:key>/rename", desk_codes.rename, name="codes_rename"),
    path("desk/catalog/codes/<str:system>/<str:key>/remove", desk_codes.remove, name="codes_remove"),
    path("desk/catalog/codes/<str:system>/<str:key>/map", desk_codes.map_code, name="codes_map"),
    path("desk/catalog/codes/<str:system>/<str:key>/unmap", desk_codes.unmap_code, name="codes_unmap"),
]
