-- Accounts that are linked to an identity at a provider of OpenID Connect. An identity belongs to one account.

ALTER TABLE accounts ADD COLUMN openid_issuer TEXT;  -- the provider, as it calls itself; NULL: not linked
ALTER TABLE accounts ADD COLUMN openid_subject TEXT; -- what the provider calls the person; NULL: not linked

CREATE UNIQUE INDEX accounts_by_openid ON accounts (openid_issuer, openid_subject) WHERE openid_issuer IS NOT NULL;
