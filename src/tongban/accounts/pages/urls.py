from django.urls import path

from tongban.accounts.pages import claim, leaving, merging, migrating, organisations, register, seeing, verify

app_name = "accounts"
urlpatterns = [
    path("register", register.register, name="register"),
    path("register/code", register.code, name="register_code"),
    path("my/claim", claim.claim, name="claim"),
    path("my/claim/face", claim.face, name="claim_face"),
    path("my/claim/face/result", claim.face_result, name="claim_face_result"),
    path("desk/people/claims/<uuid:claim>", claim.at_window, name="claim_at_window"),
    path("my/verify", verify.verify, name="verify"),
    path("my/verify/code", verify.code, name="verify_code"),
    path("my/verify/real-name", verify.real_name, name="verify_real_name"),
    path("my/verify/face", verify.face, name="verify_face"),
    path("my/verify/face/result", verify.face_result, name="verify_face_result"),
    path("my/organisations", organisations.mine, name="organisations"),
    path("my/organisations/new", organisations.new, name="organisation_new"),
    path("my/organisations/<uuid:organisation>", organisations.handlers_page, name="organisation"),
    path("my/organisations/handlers/<uuid:membership>/end", organisations.end, name="handler_end"),
    path("desk/people/merging", merging.search, name="merging"),
    path("desk/people/merging/<uuid:kept>/<uuid:merged>", merging.pair, name="merging_pair"),
    path("desk/people/mergings/<uuid:merging>/undo", merging.undo, name="merging_undo"),
    path("desk/people/migration", migrating.migrations, name="migrations"),
    path("desk/people/migration/<uuid:migration>", migrating.migration, name="migration"),
    path("desk/people/migration/users/<uuid:user>/decision", migrating.decision, name="migrated_decision"),
    path("my/leaving", leaving.leave, name="leaving"),
    path("my/leaving/code", leaving.code, name="leaving_code"),
    path("desk/people/seen", seeing.seen, name="seen"),
]
