"""Which of our letters stands for each mail that allauth would send. `adapter` hands them to the queue."""

CODES = {
    "account/email/login_code": "sign-in-code",
    "account/email/email_confirmation_signup": "sign-up-code",
    "account/email/email_confirmation": "new-email-code",
    "account/email/password_reset_code": "password-reset-code",
}

# To an address that did not expect them: the page says the same whether or not the address is known here.
UNEXPECTED = {
    "account/email/account_already_exists": "already-known",
    "account/email/unknown_account": "not-known",
}
# In place of either, where somebody with that address is kept out: allauth takes such an account for none.
CLOSED = "account-closed"

# Something about signing in has changed: what the letter says was done, and the verb that is recorded.
CHANGES = {
    "account/email/password_changed": ("Your password was changed", "person.password_changed"),
    "account/email/password_set": ("A password was set", "person.password_set"),
    "account/email/password_reset": ("Your password was reset", "person.password_reset"),
    "account/email/email_changed": ("Your email address was changed", "person.email_changed"),
    "account/email/email_deleted": ("An email address was removed", "person.email_removed"),
    "mfa/email/totp_activated": ("An authenticator app was added", "person.authenticator_app_added"),
    "mfa/email/totp_deactivated": ("Your authenticator app was removed", "person.authenticator_app_removed"),
    "mfa/email/webauthn_added": ("A passkey was added", "person.passkey_added"),
    "mfa/email/webauthn_removed": ("A passkey was removed", "person.passkey_removed"),
    "mfa/email/recovery_codes_generated": ("New recovery codes were made", "person.recovery_codes_made"),
}
