// Made from docs/reference/openapi.json by `npm run accept:api`; a test compares.

export interface paths {
    "/.well-known/holdfast-signing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of signing statements, as a JWK set
         * @description For anybody.
         */
        get: operations["getWellKnownHoldfastSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/administrators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users with a role
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getAdministrators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/administrators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read which role a user has
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getAdministratorsById"];
        /**
         * Give a user a role
         * @description For an administrator with the right `properties.roles`, freshly signed in, or an API key that includes it.
         */
        put: operations["putAdministratorsById"];
        post?: never;
        /**
         * Take a user's role away
         * @description For an administrator with the right `properties.roles`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteAdministratorsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List alerts, newest first
         * @description For an administrator with the right `audit.read`, or an API key that includes it.
         */
        get: operations["getAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}/closing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an alert
         * @description For an administrator with the right `audit.alerts`, or an API key that includes it.
         */
        post: operations["postAlertsByIdClosing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description For an administrator with the right `properties.api-keys`, or an API key that includes it.
         */
        get: operations["getApiKeys"];
        put?: never;
        /**
         * Issue an API key
         * @description For an administrator with the right `properties.api-keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postApiKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description For an administrator with the right `properties.api-keys`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteApiKeysById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/app-password-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a person's password for one application
         * @description For an enrolled endpoint, or an API key with the scope `sign-in`.
         */
        post: operations["postAppPasswordChecks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events, newest first
         * @description For an administrator with the right `audit.read`, or an API key that includes it.
         */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/chains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the audit's hash chains
         * @description For an administrator with the right `audit.read`, or an API key that includes it.
         */
        get: operations["getAuditChains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all of the audit that fits: OCSF, CEF, CSV or its own rows, newest first
         * @description For an administrator with the right `audit.export`, or an API key that includes it.
         */
        get: operations["getAuditExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a backup, encrypted to a passphrase or key; the file is the answer
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postBackups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache-size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calculate a cache size from three questions
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        post: operations["postCacheSize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificate-authority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the certificate authority
         * @description For anybody.
         */
        get: operations["getCertificateAuthority"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell which certificates this server presents, and until when
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getCertificates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificates/authority/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce a successor of Holdfast's own authority, which signs one maximum lease later
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postCertificatesAuthorityRotation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/certificates/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read given certificates again, without a restart
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postCertificatesReload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/client-profiles/wlm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Settings for Windows clients, as JSON or a registry file
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getClientProfilesWlm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-enrolments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List enrolment codes, newest first
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getEndpointEnrolments"];
        put?: never;
        /**
         * Issue an enrolment code for one endpoint
         * @description For an administrator with the right `endpoints.enrol`, freshly signed in, or an API key that includes it.
         */
        post: operations["postEndpointEnrolments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-enrolments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End an enrolment code that was not used
         * @description For an administrator with the right `endpoints.enrol`, or an API key that includes it.
         */
        delete: operations["deleteEndpointEnrolmentsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List endpoints
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getEndpoints"];
        put?: never;
        /**
         * Enrol an endpoint by a one-time code
         * @description For an endpoint that holds an enrolment code.
         */
        post: operations["postEndpoints"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an endpoint
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getEndpointsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{id}/distrust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Discard what an endpoint reports from now on
         * @description For an administrator with the right `endpoints.edit`, or an API key that includes it.
         */
        put: operations["putEndpointsByIdDistrust"];
        post?: never;
        /**
         * Believe an endpoint's reports again
         * @description For an administrator with the right `endpoints.edit`, or an API key that includes it.
         */
        delete: operations["deleteEndpointsByIdDistrust"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{id}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke an endpoint
         * @description For an administrator with the right `endpoints.revoke`, freshly signed in, or an API key that includes it.
         */
        post: operations["postEndpointsByIdRevocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/self/account-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask whether an account may be used
         * @description For an enrolled endpoint.
         */
        post: operations["postEndpointsSelfAccountChecks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/self/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for an offline bundle
         * @description For an enrolled endpoint.
         */
        post: operations["postEndpointsSelfBundles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/self/bundles/acknowledgements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an offline bundle
         * @description For an enrolled endpoint.
         */
        post: operations["postEndpointsSelfBundlesAcknowledgements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/self/contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report what happened and learn where every user stands
         * @description For an enrolled endpoint.
         */
        post: operations["postEndpointsSelfContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/self/slot-parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the salt of a password's slot after a sign-in
         * @description For an enrolled endpoint.
         */
        post: operations["postEndpointsSelfSlotParameters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/self/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the events for this endpoint
         * @description For an enrolled endpoint.
         */
        get: operations["getEndpointsSelfStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List groups
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getGroups"];
        put?: never;
        /**
         * Create a group
         * @description For an administrator with the right `properties.groups`, freshly signed in, or an API key that includes it.
         */
        post: operations["postGroups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a group
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getGroupsById"];
        put?: never;
        post?: never;
        /**
         * Delete a group that no role reaches
         * @description For an administrator with the right `properties.groups`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteGroupsById"];
        options?: never;
        head?: never;
        /**
         * Rename a group
         * @description For an administrator with the right `properties.groups`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchGroupsById"];
        trace?: never;
    };
    "/api/v1/groups/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users or the endpoints of a group
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getGroupsByIdMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Add and remove users and endpoints of a group
         * @description For an administrator with the right `properties.groups`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchGroupsByIdMembers"];
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the keys stand that endpoints trust
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/bundle/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce a new bundle key in the next manifest; only while the root key is in the store
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postKeysBundleRotation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/master": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell of the master key, and how far a change of it is
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getKeysMaster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/master/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the master key: wrap every secret anew while the server goes on
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postKeysMasterRotation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the public keys of signing statements, as a JWK set
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getKeysStatement"];
        put?: never;
        /**
         * Sign statements by a new key from now on
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postKeysStatement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What to look at again (server-sent events)
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/maintenance-windows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List announced outages
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getMaintenanceWindows"];
        put?: never;
        /**
         * Announce an outage, so that endpoints refresh what they hold before it
         * @description For an administrator with the right `endpoints.edit`, or an API key that includes it.
         */
        post: operations["postMaintenanceWindows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/maintenance-windows/{id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an announced outage
         * @description For an administrator with the right `endpoints.edit`, or an API key that includes it.
         */
        post: operations["postMaintenanceWindowsByIdCancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/maintenance-windows/{id}/readiness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which endpoints are ready for an announced outage
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getMaintenanceWindowsByIdReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the signed key manifest
         * @description For anybody.
         */
        get: operations["getManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read who you are, and whether you can sign in without the network
         * @description For a person signed in to the portal.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/app-passwords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your passwords of single applications
         * @description For a person signed in to the portal.
         */
        get: operations["getMeAppPasswords"];
        put?: never;
        /**
         * Make a password for one application; it is shown once
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAppPasswords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/app-passwords/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a password of one application
         * @description For a person signed in to the portal.
         */
        delete: operations["deleteMeAppPasswordsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your own authenticators
         * @description For a person signed in to the portal.
         */
        get: operations["getMeAuthenticators"];
        put?: never;
        /**
         * Enrol a token, recovery codes, a PIN or a card for yourself
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAuthenticators"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove one of your own authenticators for good
         * @description For a person signed in to the portal.
         */
        delete: operations["deleteMeAuthenticatorsById"];
        options?: never;
        head?: never;
        /**
         * Rename, disable or enable one of your own authenticators
         * @description For a person signed in to the portal.
         */
        patch: operations["patchMeAuthenticatorsById"];
        trace?: never;
    };
    "/api/v1/me/authenticators/{id}/trial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether a code of your own token is right, and use it up
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAuthenticatorsByIdTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticators/passkey-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to make a passkey in this browser
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAuthenticatorsPasskeyOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticators/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enrol the passkey that this browser made
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAuthenticatorsPasskeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticators/proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to a phone number or mail address that is to be yours
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAuthenticatorsProofs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticators/proofs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enrol the phone number or mail address at which a code arrived
         * @description For a person signed in to the portal.
         */
        post: operations["postMeAuthenticatorsProofsById"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/offline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where you can sign in without the network, and until when
         * @description For a person signed in to the portal.
         */
        get: operations["getMeOffline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your own password
         * @description For a person signed in to the portal.
         */
        put: operations["putMePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your own phones, and how one is registered now
         * @description For a person signed in to the portal.
         */
        get: operations["getMePhones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phones/{phoneId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove one of your own phones for good
         * @description For a person signed in to the portal.
         */
        delete: operations["deleteMePhonesByPhoneId"];
        options?: never;
        head?: never;
        /**
         * Rename one of your own phones
         * @description For a person signed in to the portal.
         */
        patch: operations["patchMePhonesByPhoneId"];
        trace?: never;
    };
    "/api/v1/me/phones/registrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to register a phone, or to give a registered one new keys
         * @description For a person signed in to the portal.
         */
        post: operations["postMePhonesRegistrations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phones/registrations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a registration of yours
         * @description For a person signed in to the portal.
         */
        get: operations["getMePhonesRegistrationsById"];
        put?: never;
        post?: never;
        /**
         * Cancel a registration of yours
         * @description For a person signed in to the portal.
         */
        delete: operations["deleteMePhonesRegistrationsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phones/registrations/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that phone and page show the same six digits
         * @description For a person signed in to the portal.
         */
        post: operations["postMePhonesRegistrationsByIdConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phones/registrations/{id}/device-id": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Type the Device ID that a phone without network shows
         * @description For a person signed in to the portal.
         */
        post: operations["postMePhonesRegistrationsByIdDeviceId"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phones/registrations/{id}/differ": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that the six digits are not the same: ends the registration
         * @description For a person signed in to the portal.
         */
        post: operations["postMePhonesRegistrationsByIdDiffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your own sessions
         * @description For a person signed in to the portal.
         */
        get: operations["getMeSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your own sessions
         * @description For a person signed in to the portal.
         */
        delete: operations["deleteMeSessionsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/end-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all of your sessions but this one
         * @description For a person signed in to the portal.
         */
        post: operations["postMeSessionsEndOthers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your own recent sign-ins
         * @description For a person signed in to the portal.
         */
        get: operations["getMeSignIns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sign-ins/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a sign-in that was not yours: ends your sessions and alerts administrators
         * @description For a person signed in to the portal.
         */
        post: operations["postMeSignInsByIdReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/signings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the orders that wait for your signature
         * @description For a person signed in to the portal.
         */
        get: operations["getMeSignings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/signings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an order that you are asked to sign
         * @description For a person signed in to the portal.
         */
        get: operations["getMeSigningsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/signings/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline to sign an order
         * @description For a person signed in to the portal.
         */
        post: operations["postMeSigningsByIdDecline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/signings/{id}/sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign an order: prove anew who you are
         * @description For a person signed in to the portal.
         */
        post: operations["postMeSigningsByIdSign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/signings/{id}/sign/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give what signing an order asked for
         * @description For a person signed in to the portal.
         */
        post: operations["postMeSigningsByIdSignSteps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/offline-outlook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who may sign in offline where, until when and how often
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getOfflineOutlook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API in OpenAPI 3.1
         * @description For anybody.
         */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who could sign in where if the network went now
         * @description For an administrator with the right `endpoints.read`, or an API key that includes it.
         */
        get: operations["getOutage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outage/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who could sign in nowhere, and why
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getOutagePeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone-registrations/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a phone's keys for a QR code that it scanned
         * @description For a phone that has scanned a registration's QR code.
         */
        post: operations["postPhoneRegistrationsByIdClaim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone-registrations/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for what the phone is to keep, once its person has compared the digits
         * @description For a phone that has scanned a registration's QR code.
         */
        post: operations["postPhoneRegistrationsByIdComplete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone-registrations/{id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that the phone keeps everything: from now on its new keys count and its old ones do not
         * @description For a phone that has scanned a registration's QR code.
         */
        post: operations["postPhoneRegistrationsByIdFinish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone/push-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what waits for the phone's owner
         * @description For a registered phone.
         */
        get: operations["getPhonePushRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone/push-requests/{id}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve, deny or report a sign-in by the phone's signature
         * @description For a registered phone.
         */
        post: operations["postPhonePushRequestsByIdAnswers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what there is to ask for, as a WebSocket
         * @description For a registered phone.
         */
        get: operations["getPhoneStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask what the phone should look like now
         * @description For a registered phone.
         */
        post: operations["postPhoneSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone/web-push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how the app subscribes to web push
         * @description For a registered phone.
         */
        get: operations["getPhoneWebPush"];
        /**
         * Say by which push service the app is woken
         * @description For a registered phone.
         */
        put: operations["putPhoneWebPush"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List user policies
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getPolicies"];
        put?: never;
        /**
         * Create a user policy as a copy of the Default
         * @description For an administrator with the right `properties.policies`, freshly signed in, or an API key that includes it.
         */
        post: operations["postPolicies"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user policy
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getPoliciesById"];
        put?: never;
        post?: never;
        /**
         * Delete a user policy that no user has
         * @description For an administrator with the right `properties.policies`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deletePoliciesById"];
        options?: never;
        head?: never;
        /**
         * Change a user policy
         * @description For an administrator with the right `properties.policies`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchPoliciesById"];
        trace?: never;
    };
    "/api/v1/product": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What screens call this product, and whom people ask for help
         * @description For anybody.
         */
        get: operations["getProduct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable or disable Mobile Push for up to 100 users, each by himself
         * @description For an administrator with the right `users.push`, freshly signed in, or an API key that includes it.
         */
        post: operations["postPushChanges"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/radius": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List RADIUS clients and servers, without secrets
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getRadius"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/radius/access-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer an Access-Request
         * @description For a FreeRADIUS: an API key with the scope `radius`, from the server's own machine or with the certificate that it was registered with.
         */
        post: operations["postRadiusAccessRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/radius/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a RADIUS client; its shared secret is told once
         * @description For an administrator with the right `properties.radius`, freshly signed in, or an API key that includes it.
         */
        post: operations["postRadiusClients"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/radius/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a RADIUS client
         * @description For an administrator with the right `properties.radius`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteRadiusClientsById"];
        options?: never;
        head?: never;
        /**
         * Change a RADIUS client
         * @description For an administrator with the right `properties.radius`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchRadiusClientsById"];
        trace?: never;
    };
    "/api/v1/radius/clients/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a RADIUS client another shared secret, told once
         * @description For an administrator with the right `properties.radius`, freshly signed in, or an API key that includes it.
         */
        post: operations["postRadiusClientsByIdSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/radius/servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a FreeRADIUS and get all that its configuration is made of, told once
         * @description For an administrator with the right `properties.radius`, freshly signed in, or an API key that includes it.
         */
        post: operations["postRadiusServers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/radius/servers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a FreeRADIUS; its key is taken no more
         * @description For an administrator with the right `properties.radius`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteRadiusServersById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API as a page to read
         * @description For anybody.
         */
        get: operations["getReference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore-report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a restored backup leaves for people to look at
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getRestoreReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore-report/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an entry of the report: somebody has looked into it
         * @description For an administrator with the right `properties.keys`, freshly signed in, or an API key that includes it.
         */
        post: operations["postRestoreReportConfirmations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List every right by section
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getRights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List administrator roles
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getRoles"];
        put?: never;
        /**
         * Create an administrator role
         * @description For an administrator with the right `properties.roles`, freshly signed in, or an API key that includes it.
         */
        post: operations["postRoles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an administrator role
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getRolesById"];
        put?: never;
        post?: never;
        /**
         * Delete an administrator role that nobody has
         * @description For an administrator with the right `properties.roles`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteRolesById"];
        options?: never;
        head?: never;
        /**
         * Change an administrator role
         * @description For an administrator with the right `properties.roles`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchRolesById"];
        trace?: never;
    };
    "/api/v1/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how messages are sent, and which went out lately
         * @description For an administrator with the right `properties.senders`, or an API key that includes it.
         */
        get: operations["getSenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/senders/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a sender with its secret
         * @description For an administrator with the right `properties.senders`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteSendersByChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/senders/{channel}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message, and say what the other side answered
         * @description For an administrator with the right `properties.senders`, freshly signed in, or an API key that includes it.
         */
        post: operations["postSendersByChannelTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/senders/caught": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the messages that a demo has caught
         * @description For an administrator with the right `properties.senders`, or an API key that includes it.
         */
        get: operations["getSendersCaught"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/senders/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set up the mail server
         * @description For an administrator with the right `properties.senders`, freshly signed in, or an API key that includes it.
         */
        put: operations["putSendersEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/senders/sms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set up the gateway for short messages
         * @description For an administrator with the right `properties.senders`, freshly signed in, or an API key that includes it.
         */
        put: operations["putSendersSms"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read who is signed in here and what he may do
         * @description For whoever is signed in to the console or the portal.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /**
         * Sign out
         * @description For whoever is signed in to the console or the portal.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/fresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove anew who you are
         * @description For whoever is signed in to the console or the portal.
         */
        post: operations["postSessionFresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/fresh/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give what proving anew asked for
         * @description For whoever is signed in to the console or the portal.
         */
        post: operations["postSessionFreshSteps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to make a passkey for this very origin
         * @description For whoever is signed in to the console or the portal.
         */
        post: operations["postSessionPasskeyOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enrol the passkey that this browser made for this origin
         * @description For whoever is signed in to the console or the portal.
         */
        post: operations["postSessionPasskeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a browser
         * @description For a browser on the console's or the portal's origin.
         */
        post: operations["postSessionSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/sign-in/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give what a browser's sign-in asked for
         * @description For a browser on the console's or the portal's origin.
         */
        post: operations["postSessionSignInSteps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the settings of the enterprise
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings of the enterprise
         * @description For an administrator with the right `properties.settings`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchSettings"];
        trace?: never;
    };
    "/api/v1/settings/authenticator-app": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how phones are registered, and how many there are
         * @description For an administrator with the right `properties.authenticator-app`, or an API key that includes it.
         */
        get: operations["getSettingsAuthenticatorApp"];
        /**
         * Choose how phones are registered from now on, and what they can do
         * @description For an administrator with the right `properties.authenticator-app`, freshly signed in, or an API key that includes it.
         */
        put: operations["putSettingsAuthenticatorApp"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/temporary-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Allow or forbid temporary codes, and set their limits
         * @description For an administrator with the right `properties.temporary-codes`, freshly signed in, or an API key that includes it.
         */
        put: operations["putSettingsTemporaryCodes"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue the first administrator's API key by the setup token
         * @description For anybody.
         */
        post: operations["postSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup-checklist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is left to set up, in order
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getSetupChecklist"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup/administrator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to make the first superadministrator by the setup token
         * @description For a browser on the console's or the portal's origin.
         */
        post: operations["postSetupAdministrator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup/administrator/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the first superadministrator's second factor, which signs him in
         * @description For a browser on the console's or the portal's origin.
         */
        post: operations["postSetupAdministratorSteps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a sign-in
         * @description For an enrolled endpoint, or an API key with the scope `sign-in`.
         */
        post: operations["postSignIns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-ins/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give the next value of a sign-in
         * @description For an enrolled endpoint, or an API key with the scope `sign-in`.
         */
        post: operations["postSignInsSteps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a person to sign a document by its digest
         * @description For an API key with the scope `sign`.
         */
        post: operations["postSignings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how a signing stands, with the statement once signed
         * @description For an API key with the scope `sign`.
         */
        get: operations["getSigningsById"];
        put?: never;
        post?: never;
        /**
         * Take back what nobody has signed yet
         * @description For an API key with the scope `sign`.
         */
        delete: operations["deleteSigningsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/token-imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import hardware tokens from a CSV file or a PSKC container
         * @description For an administrator with the right `properties.token-import`, freshly signed in, or an API key that includes it.
         */
        post: operations["postTokenImports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/token-stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imported hardware tokens, and who has them
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getTokenStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/token-stock/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a hardware token that nobody has
         * @description For an administrator with the right `properties.token-import`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteTokenStockById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tokens
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getTokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a token
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getTokensById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a token
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchTokensById"];
        trace?: never;
    };
    "/api/v1/tokens/{id}/cache-recommendation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recommend a cache size from a token's own sign-ins
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getTokensByIdCacheRecommendation"];
        put?: never;
        /**
         * Apply the recommended cache size
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postTokensByIdCacheRecommendation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}/resynchronisation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a token back into step by two codes in a row
         * @description For an administrator with the right `users.authenticators`, or an API key that includes it.
         */
        post: operations["postTokensByIdResynchronisation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token for good
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postTokensByIdRevocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Create a user
         * @description For an administrator with the right `users.create`, or an API key that includes it.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersById"];
        put?: never;
        post?: never;
        /**
         * Delete a user and what endpoints hold of him
         * @description For an administrator with the right `users.delete`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteUsersById"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description For an administrator with the right `users.edit`, freshly signed in to change `policyId` or `status`, or an API key that includes it.
         */
        patch: operations["patchUsersById"];
        trace?: never;
    };
    "/api/v1/users/{id}/authenticators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's authenticators
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdAuthenticators"];
        put?: never;
        /**
         * Enrol a token, recovery codes, a PIN or a card for a user
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdAuthenticators"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/authenticators/{authenticatorId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an authenticator for good
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteUsersByIdAuthenticatorsByAuthenticatorId"];
        options?: never;
        head?: never;
        /**
         * Rename, disable or enable an authenticator
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchUsersByIdAuthenticatorsByAuthenticatorId"];
        trace?: never;
    };
    "/api/v1/users/{id}/authenticators/{authenticatorId}/trial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether a token's code is right, and use it up
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdAuthenticatorsByAuthenticatorIdTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/authenticators/proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to a phone number or mail address that is to be a user's
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdAuthenticatorsProofs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/authenticators/proofs/{proofId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enrol the phone number or mail address at which a code arrived
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdAuthenticatorsProofsByProofId"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/bypass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read at which endpoints a user can be helped out without a network, and what was given
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdBypass"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/bypass-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a user the bypass code of one endpoint, and show it once
         * @description For an administrator with the right `users.bypass-codes`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdBypassCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/bypass-responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer the challenge that an endpoint without a network shows to a user
         * @description For an administrator with the right `users.bypass-codes`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdBypassResponses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/hardware-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a user a hardware token by its serial number
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdHardwareTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say where a stopped user's rights may still be honoured
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdLock"];
        put?: never;
        /**
         * Lock a user: end sessions, tokens, codes and bundles
         * @description For an administrator with the right `users.lock`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdLock"];
        /**
         * End the lock of a user
         * @description For an administrator with the right `users.lock`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteUsersByIdLock"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a user's password
         * @description For an administrator with the right `users.password`, freshly signed in, or an API key that includes it.
         */
        put: operations["putUsersByIdPassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/phones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's phones
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdPhones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/phones/{phoneId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a phone for good
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteUsersByIdPhonesByPhoneId"];
        options?: never;
        head?: never;
        /**
         * Rename, disable or enable a phone, or change what it can do
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        patch: operations["patchUsersByIdPhonesByPhoneId"];
        trace?: never;
    };
    "/api/v1/users/{id}/proofing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read whether a user's identity is proofed, and by whom
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdProofing"];
        put?: never;
        /**
         * Record that you proofed a user's identity
         * @description For an administrator with the right `users.proofing`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdProofing"];
        /**
         * Withdraw a user's identity proofing
         * @description For an administrator with the right `users.proofing`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteUsersByIdProofing"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/proofing/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm another administrator's proofing of a user's identity
         * @description For an administrator with the right `users.proofing`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdProofingConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read whether a user is asked by push, and why not
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdPush"];
        /**
         * Enable or disable Mobile Push for a user
         * @description For an administrator with the right `users.push`, freshly signed in, or an API key that includes it.
         */
        put: operations["putUsersByIdPush"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/stolen-device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say what follows if the enrolments of a stolen device are deleted
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdStolenDevice"];
        put?: never;
        /**
         * Delete the enrolments of a lost or stolen device, and end what it could go on with
         * @description For an administrator with the right `users.lock`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdStolenDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/temporary-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read whether a user may have a temporary code, and what he has
         * @description For an administrator with the right `users.read`, or an API key that includes it.
         */
        get: operations["getUsersByIdTemporaryCode"];
        put?: never;
        /**
         * Generate a temporary code for a user, in the place of the one before, and show it once
         * @description For an administrator with the right `users.temporary-codes`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdTemporaryCode"];
        /**
         * Revoke a user's temporary code
         * @description For an administrator with the right `users.temporary-codes`, freshly signed in, or an API key that includes it.
         */
        delete: operations["deleteUsersByIdTemporaryCode"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enrol a token for a user
         * @description For an administrator with the right `users.authenticators`, freshly signed in, or an API key that includes it.
         */
        post: operations["postUsersByIdTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock a user
         * @description For an administrator with the right `users.unlock`, or an API key that includes it.
         */
        post: operations["postUsersByIdUnlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers
         * @description For anybody.
         */
        get: operations["getHealthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description For an administrator with the right `properties.read`, or an API key that includes it.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the server can serve
         * @description For anybody.
         */
        get: operations["getReadyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccountAnswer: {
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            /** @enum {string} */
            status: "active" | "disabled" | "unknown";
        };
        AccountCheck: {
            userName: components["schemas"]["UserName"];
        };
        ActiveTemporaryCode: {
            createdAtMs: components["schemas"]["EpochMs"];
            createdBy: string;
            createdByName: string | null;
            createdByPerson: string | null;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            lastUsedAtMs: components["schemas"]["EpochMs"] | null;
            reason: string;
            refusedTries: number;
            use: components["schemas"]["TemporaryCodeUse"];
            uses: number;
            workflows: components["schemas"]["TemporaryCodeWorkflow"][];
        };
        AddressProof: {
            expiresAtMs: components["schemas"]["EpochMs"];
            proofId: components["schemas"]["Identifier"];
            sentTo: string;
            triesLeft: number;
        };
        AddressProofBegin: {
            address: string;
            /** @enum {string} */
            kind: "sms-code" | "email-code";
        };
        AddressProofEnd: {
            code: string;
            label?: components["schemas"]["DisplayText"];
        };
        AdministratorPage: {
            items: components["schemas"]["AdministratorView"][];
            next: string | null;
        };
        AdministratorSetup: {
            displayName?: components["schemas"]["DisplayText"];
            password: components["schemas"]["NewPassword"];
            token: string;
            userName: components["schemas"]["UserName"];
        };
        AdministratorSetupAnswer: {
            recoveryCodes: string[];
            session: components["schemas"]["SessionView"];
        };
        AdministratorSetupAsked: {
            continuation: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            passkeyOptions: {
                [key: string]: unknown;
            } | null;
            totp: {
                otpauthUri: string;
                secret: string;
            };
        };
        AdministratorSetupStep: {
            continuation: string;
            given: {
                /** @constant */
                factor: "totp";
                value: string;
            } | {
                /** @constant */
                factor: "passkey";
                value: string;
            };
        };
        AdministratorView: {
            displayName: components["schemas"]["DisplayText"];
            role: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            };
            sinceMs: components["schemas"]["EpochMs"];
            /** @enum {string} */
            status: "active" | "disabled";
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
            warnings: {
                code: string;
                message: string;
            }[];
        };
        AlertPage: {
            items: components["schemas"]["AlertView"][];
            next: string | null;
        };
        AlertView: {
            atMs: components["schemas"]["EpochMs"];
            detail: {
                [key: string]: unknown;
            };
            endpointId: components["schemas"]["Identifier"] | null;
            id: components["schemas"]["Identifier"];
            kind: string;
            /** @enum {string} */
            status: "open" | "closed";
            userId: components["schemas"]["Identifier"] | null;
        };
        AnswerMark: {
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
        };
        ApiKeyCreation: {
            name: components["schemas"]["DisplayText"];
            scopes: components["schemas"]["ApiKeyScope"][];
        };
        ApiKeyIssued: {
            createdAtMs: components["schemas"]["EpochMs"];
            cut: boolean;
            id: components["schemas"]["Identifier"];
            key: string;
            madeBy: {
                userId: components["schemas"]["Identifier"];
                userName: components["schemas"]["UserName"] | null;
            } | null;
            name: components["schemas"]["DisplayText"];
            revokedAtMs: components["schemas"]["EpochMs"] | null;
            scopes: components["schemas"]["ApiKeyScope"][];
            stopped: boolean;
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKeyView"][];
            next: string | null;
        };
        /** @enum {string} */
        ApiKeyScope: "admin" | "read" | "sign-in" | "sign" | "radius";
        ApiKeyView: {
            createdAtMs: components["schemas"]["EpochMs"];
            cut: boolean;
            id: components["schemas"]["Identifier"];
            madeBy: {
                userId: components["schemas"]["Identifier"];
                userName: components["schemas"]["UserName"] | null;
            } | null;
            name: components["schemas"]["DisplayText"];
            revokedAtMs: components["schemas"]["EpochMs"] | null;
            scopes: components["schemas"]["ApiKeyScope"][];
            stopped: boolean;
        };
        AppPasswordCheck: {
            name: components["schemas"]["DisplayText"];
            password: string;
            userName: components["schemas"]["UserName"];
        };
        AppPasswordCreation: {
            name: components["schemas"]["DisplayText"];
        };
        AppPasswordIssued: {
            createdAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            lastUsedAtMs: components["schemas"]["EpochMs"] | null;
            name: components["schemas"]["DisplayText"];
            password: string;
        };
        AppPasswordList: {
            items: components["schemas"]["AppPasswordView"][];
        };
        AppPasswordVerdict: {
            right: boolean;
            userId: components["schemas"]["Identifier"] | null;
        };
        AppPasswordView: {
            createdAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            lastUsedAtMs: components["schemas"]["EpochMs"] | null;
            name: components["schemas"]["DisplayText"];
        };
        AuditChainFinding: {
            chain: string;
            /** @constant */
            kind: "whole";
            through: number;
        } | {
            at: number;
            chain: string;
            /** @constant */
            kind: "broken";
            why: string;
        };
        AuditChainPage: {
            items: components["schemas"]["AuditChainFinding"][];
            next: string | null;
        };
        AuditPage: {
            items: components["schemas"]["AuditView"][];
            next: string | null;
        };
        AuditView: {
            actor: string;
            actorName: string | null;
            actorPerson: string | null;
            atMs: components["schemas"]["EpochMs"];
            attemptId: string | null;
            chain: string;
            detail: {
                [key: string]: unknown;
            };
            endpointId: string | null;
            hash: string;
            id: number;
            mac: string | null;
            mode: ("online" | "offline") | null;
            /** @enum {string} */
            outcome: "succeeded" | "refused" | "info";
            previousHash: string;
            reason: string | null;
            receivedAtMs: components["schemas"]["EpochMs"];
            sequence: number;
            subjectUserId: string | null;
            type: string;
        };
        AuthenticatorAppSettings: {
            onlineAccess: boolean;
            types: ("totp" | "hotp" | "push" | "qr-challenge")[];
        };
        AuthenticatorAppSettingsChange: {
            authenticatorApp: components["schemas"]["AuthenticatorAppSettings"];
            version?: number;
        };
        AuthenticatorAppView: {
            onlineAccess: boolean;
            phones: {
                offline: number;
                online: number;
            };
            types: ("totp" | "hotp" | "push" | "qr-challenge")[];
        };
        AuthenticatorChange: {
            label?: components["schemas"]["DisplayText"];
            /** @enum {string} */
            status?: "enabled" | "disabled";
        };
        AuthenticatorCreation: {
            algorithm?: components["schemas"]["HotpAlgorithm"];
            counter?: number;
            digits?: components["schemas"]["HotpDigits"];
            /** @constant */
            kind: "hotp";
            label?: components["schemas"]["DisplayText"];
            otpauthUri?: string;
            periodSeconds?: components["schemas"]["TotpPeriod"];
            secret?: string;
        } | {
            algorithm?: components["schemas"]["HotpAlgorithm"];
            counter?: number;
            digits?: components["schemas"]["HotpDigits"];
            /** @constant */
            kind: "totp";
            label?: components["schemas"]["DisplayText"];
            otpauthUri?: string;
            periodSeconds?: components["schemas"]["TotpPeriod"];
            secret?: string;
        } | {
            /** @constant */
            kind: "recovery-code";
        } | {
            /** @constant */
            kind: "pin";
            pin: string;
        } | {
            /** @constant */
            kind: "card";
            label?: components["schemas"]["DisplayText"];
            number: string;
        };
        AuthenticatorEnrolment: {
            authenticator: components["schemas"]["AuthenticatorView"];
            codes: string[] | null;
            otpauthUri: string | null;
            qr: {
                svg: string;
                terminal: string;
            } | null;
            warnings: {
                code: string;
                message: string;
            }[];
        };
        /** @enum {string} */
        AuthenticatorKind: "hotp" | "totp" | "passkey" | "recovery-code" | "pin" | "card" | "sms-code" | "email-code";
        AuthenticatorList: {
            items: components["schemas"]["AuthenticatorView"][];
            next: string | null;
        };
        AuthenticatorView: {
            address: string | null;
            cachedOffline: boolean;
            codesLeft: number | null;
            createdAtMs: components["schemas"]["EpochMs"];
            expiresAtMs: components["schemas"]["EpochMs"] | null;
            id: components["schemas"]["Identifier"];
            kind: components["schemas"]["AuthenticatorKind"];
            label: components["schemas"]["DisplayText"];
            lastUsedAtMs: components["schemas"]["EpochMs"] | null;
            offlineCapable: boolean;
            relyingPartyId: string | null;
            status: components["schemas"]["TokenStatus"];
            synchronised: boolean | null;
            userId: components["schemas"]["Identifier"];
        };
        BackupRequest: {
            secret: {
                /** @constant */
                kind: "passphrase";
                passphrase: string;
            } | {
                key: string;
                /** @constant */
                kind: "key-file";
            };
            /** @default true */
            withMasterKeys: boolean;
        };
        Base64url: string;
        BundleAcknowledgement: {
            epoch: number;
            sequence: number;
            userId: components["schemas"]["Identifier"];
        };
        BundleAnswer: {
            bundle: string;
            credentialEpoch: number;
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            offlineSalt: components["schemas"]["Base64url"];
        };
        BundleKeyRotation: {
            bundleKey: string;
            manifest: number | null;
            signsFromMs: components["schemas"]["EpochMs"];
        };
        BundleRequest: {
            grant?: string;
            refillKey?: components["schemas"]["PublicKey"];
            requestId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        };
        BypassCodeAnswer: {
            code: string;
            mostUses: number;
            notAfterMs: components["schemas"]["EpochMs"];
            number: number;
            tell: string[];
            warnings: string[];
        };
        BypassCodeRequest: {
            endpointId: components["schemas"]["Identifier"];
            reason?: components["schemas"]["ReasonText"];
        };
        /** @enum {string} */
        BypassKind: "code" | "challenge";
        BypassResponseAnswer: {
            answer: string;
            tell: string[];
            warnings: string[];
        };
        BypassResponseRequest: {
            challenge: string;
            endpointId: components["schemas"]["Identifier"];
            reason?: components["schemas"]["ReasonText"];
        };
        BypassStanding: {
            endpoints: {
                answers: {
                    challenge: string;
                    givenAtMs: components["schemas"]["EpochMs"];
                    usedAtMs: components["schemas"]["EpochMs"] | null;
                }[];
                connected: boolean;
                endpointId: components["schemas"]["Identifier"];
                givenAtMs: components["schemas"]["EpochMs"] | null;
                givenBy: string | null;
                lastContactAtMs: components["schemas"]["EpochMs"] | null;
                lastUsedAtMs: components["schemas"]["EpochMs"] | null;
                name: components["schemas"]["DisplayText"];
                notAfterMs: components["schemas"]["EpochMs"];
                site: components["schemas"]["DisplayText"];
                state: components["schemas"]["BypassState"];
                uses: number;
            }[];
            kinds: components["schemas"]["BypassKind"][];
            may: boolean;
            userId: components["schemas"]["Identifier"];
        };
        /** @enum {string} */
        BypassState: "ready" | "given" | "waiting" | "used-rotated";
        CacheRecommendation: {
            change: ("raise" | "lower" | "keep") | null;
            /** @constant */
            kind: "recommended";
            observed: {
                days: number;
                longestOfflineDays: number;
                peakCodesOffline: number;
                peakLoginsPerDay: number;
                signIns: number;
            };
            size: number;
            working: string;
        } | {
            /** @constant */
            kind: "too-little-data";
            neededDays: number;
            observed: {
                days: number;
                longestOfflineDays: number;
                peakCodesOffline: number;
                peakLoginsPerDay: number;
                signIns: number;
            };
        } | {
            /** @constant */
            kind: "days-offline-unknown";
            observed: {
                days: number;
                longestOfflineDays: number;
                peakCodesOffline: number;
                peakLoginsPerDay: number;
                signIns: number;
            };
        } | {
            field?: string;
            /** @constant */
            kind: "refused";
            limit?: number | null;
            observed: {
                days: number;
                longestOfflineDays: number;
                peakCodesOffline: number;
                peakLoginsPerDay: number;
                signIns: number;
            };
            reason: string;
            size?: number;
            working?: string;
        };
        CacheSizeAnswer: {
            baseline: number;
            daysOffline: number;
            /** @constant */
            kind: "ok";
            loginsPerDay: number;
            size: number;
            variancePercent: number;
            working: string;
        };
        CacheSizeQuestion: {
            daysOffline: components["schemas"]["Quantity"];
            loginsPerDay: components["schemas"]["Quantity"];
            variancePercent?: number;
        };
        CaughtMessages: {
            items: {
                atMs: components["schemas"]["EpochMs"];
                channel: components["schemas"]["SendChannel"];
                id: components["schemas"]["Identifier"];
                subject: string | null;
                text: string;
                to: string;
            }[];
        };
        CertificateList: {
            authorityNotAfterMs: components["schemas"]["EpochMs"];
            authorityPem: string;
            authorityPin: string;
            items: components["schemas"]["CertificateView"][];
            serverId: components["schemas"]["Identifier"];
            successor: {
                authorityPin: string;
                signsFromMs: components["schemas"]["EpochMs"] | null;
            } | null;
        };
        CertificateReload: {
            certificates: components["schemas"]["CertificateList"];
            /** @enum {string} */
            kind: "reloaded" | "unchanged";
        };
        CertificateView: {
            fingerprint: string;
            names: string[];
            notAfterMs: components["schemas"]["EpochMs"];
            notBeforeMs: components["schemas"]["EpochMs"];
            refused: {
                atMs: components["schemas"]["EpochMs"];
                why: string;
            } | null;
            /** @enum {string} */
            source: "own" | "given";
            /** @enum {string} */
            use: "api" | "web";
        };
        ChainedEvent: {
            atMs: components["schemas"]["EpochMs"];
            body: components["schemas"]["EndpointEventBody"];
            mac: components["schemas"]["Base64url"];
            sequence: number;
        };
        Checklist: {
            items: {
                /** @enum {string} */
                code: "people" | "offline-policy" | "tokens" | "endpoint" | "first-sign-in" | "first-offline-right" | "second-superadministrator" | "backup";
                detail: string;
                done: boolean;
                optional: boolean;
                title: string;
                waitsFor: string | null;
            }[];
        };
        ClientProfile: {
            /** @constant */
            name: "wlm";
        } | {
            buffer: number;
            /** @constant */
            name: "pam";
        };
        CodeTrial: {
            code: string;
        };
        CodeTrialAnswer: {
            right: boolean;
        };
        ContactAnswer: {
            eventsThrough: number;
            failoverBetweenSites: boolean;
            headSignature: string;
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            manifest: string | null;
            nonce: components["schemas"]["Base64url"];
            retryAfterSeconds: number;
            revocations: string[];
            servers: components["schemas"]["ServerAddress"][];
            time: string;
            users: {
                bypassFloor: number;
                credentialEpoch: number;
                failures: number;
                failuresSinceLock: number;
                floors: {
                    nextCounter: components["schemas"]["Counter"];
                    tokenId: components["schemas"]["Identifier"];
                }[];
                freshSignInNeeded: boolean;
                lockedUntilMs: components["schemas"]["EpochMs"] | null;
                refillDue: boolean;
                /** @enum {string} */
                status: "active" | "disabled";
                userId: components["schemas"]["Identifier"];
                userName: components["schemas"]["UserName"];
            }[];
        };
        ContactRequest: {
            agentVersion: string;
            contactNumber: number | null;
            events: components["schemas"]["ChainedEvent"][];
            foreignNumber?: number;
            holdings: {
                bypass?: {
                    floor: number;
                    number: number;
                };
                epoch: number;
                notAfterMs: components["schemas"]["EpochMs"];
                remaining: number;
                sequence: number;
                userId: components["schemas"]["Identifier"];
            }[];
            manifestNumber: number;
            memory?: {
                headSignature: string | null;
                revoked: boolean;
                users: {
                    credentialEpoch: number;
                    holds: boolean;
                    /** @enum {string} */
                    status: "active" | "disabled";
                    tokens: {
                        floor: components["schemas"]["Counter"];
                        revoked: boolean;
                        tokenId: components["schemas"]["Identifier"];
                    }[];
                    userId: components["schemas"]["Identifier"];
                    userName: components["schemas"]["UserName"];
                }[];
            };
            more: boolean;
            profile?: components["schemas"]["ClientProfile"];
            storeDamage?: {
                file: string;
                why: string;
            };
            timeNonce: components["schemas"]["Base64url"];
        };
        Counter: number;
        DeviceId: string;
        DeviceIdEntry: {
            deviceId: string;
        };
        DigitsConfirmation: {
            digits: string;
        };
        DisplayText: string;
        Duration: string;
        EmailSender: {
            authority: string | null;
            changedAtMs: components["schemas"]["EpochMs"];
            codeDigits: 6 | 7 | 8;
            from: components["schemas"]["MailAddress"];
            hasSecret: boolean;
            host: string;
            /** @constant */
            kind: "smtp";
            port: number;
            /** @enum {string} */
            security: "starttls" | "tls" | "none";
            userName: string | null;
        } | {
            changedAtMs: components["schemas"]["EpochMs"];
            codeDigits: 6 | 7 | 8;
            hasSecret: boolean;
            /** @constant */
            kind: "catcher";
        };
        EmailSenderChange: {
            authority: string | null;
            codeDigits: 6 | 7 | 8;
            from: components["schemas"]["MailAddress"];
            host: string;
            /** @constant */
            kind: "smtp";
            port: number;
            secret?: string | null;
            /** @enum {string} */
            security: "starttls" | "tls" | "none";
            userName: string | null;
        } | {
            codeDigits: 6 | 7 | 8;
            /** @constant */
            kind: "catcher";
        };
        EndpointEventBody: {
            attemptId: components["schemas"]["Identifier"];
            bypass?: {
                number: number;
            } | {
                challenge: string;
            };
            consumed?: {
                counter: components["schemas"]["Counter"];
                tokenId: components["schemas"]["Identifier"];
            };
            factors: components["schemas"]["Factor"][];
            failure?: {
                count: number;
                factor: components["schemas"]["Factor"];
            };
            lockedUntilMs?: components["schemas"]["EpochMs"];
            /** @enum {string} */
            mode: "online" | "offline";
            /** @enum {string} */
            outcome: "succeeded" | "refused";
            reason?: components["schemas"]["RefusalReason"];
            remoteHost?: string;
            service?: string;
            tty?: string;
            /** @constant */
            type: "sign-in";
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
            workflow: components["schemas"]["Workflow"];
        } | {
            attemptId: components["schemas"]["Identifier"];
            /** @constant */
            type: "sign-in-interrupted";
            userId: components["schemas"]["Identifier"];
        } | {
            failuresSinceLock: number;
            refusals: components["schemas"]["RefusalCount"][];
            /** @constant */
            type: "sign-ins-refused";
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        } | {
            challenge: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            /** @constant */
            type: "bypass-challenge";
            userId: components["schemas"]["Identifier"];
        } | {
            tokenId: components["schemas"]["Identifier"];
            /** @constant */
            type: "token-suspended";
            userId: components["schemas"]["Identifier"];
        } | {
            epoch: number;
            sequence: number;
            /** @constant */
            type: "bundle-stored";
            userId: components["schemas"]["Identifier"];
        } | {
            /** @constant */
            type: "bundle-refused";
            userId?: components["schemas"]["Identifier"];
            why: string;
        } | {
            /** @constant */
            type: "bundle-destroyed";
            userId: components["schemas"]["Identifier"];
            why: string;
        } | {
            revocationId: components["schemas"]["Identifier"];
            /** @constant */
            type: "revocation-done";
        } | {
            /** @enum {string} */
            outcome: "locked" | "not-possible";
            /** @constant */
            type: "sessions-locked";
            userId: components["schemas"]["Identifier"];
        } | {
            byMs: number;
            /** @constant */
            type: "clock-set-back";
        } | {
            counter: number;
            fileGeneration: number;
            /** @constant */
            type: "rollback-detected";
        } | {
            file: string;
            /** @constant */
            type: "tamper-detected";
            why: string;
        } | {
            /** @enum {string} */
            from: "pam" | "control" | "server";
            /** @constant */
            type: "malformed-input";
            why: string;
        } | {
            /** @constant */
            type: "went-offline";
            why: string;
        } | {
            /** @constant */
            type: "came-online";
        } | {
            agentVersion: string;
            /** @constant */
            type: "agent-started";
        };
        EndpointPage: {
            items: components["schemas"]["EndpointView"][];
            next: string | null;
        };
        EndpointView: {
            agentVersion: string;
            connected: boolean;
            connectionSinceMs: components["schemas"]["EpochMs"] | null;
            deviceKey: components["schemas"]["PublicKey"];
            distrustedSinceMs: components["schemas"]["EpochMs"] | null;
            enrolledAtMs: components["schemas"]["EpochMs"];
            groups: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            }[];
            hostName: components["schemas"]["DisplayText"];
            id: components["schemas"]["Identifier"];
            keyProtection: components["schemas"]["KeyProtection"];
            lastContactAtMs: components["schemas"]["EpochMs"] | null;
            name: components["schemas"]["DisplayText"];
            pendingRevocations: {
                id: components["schemas"]["Identifier"];
                reason: string;
                sinceMs: components["schemas"]["EpochMs"];
                state: string;
                userId: components["schemas"]["Identifier"] | null;
            }[];
            profile: components["schemas"]["ClientProfile"];
            site: components["schemas"]["DisplayText"];
            /** @enum {string} */
            status: "active" | "revoked";
        };
        EnrolmentAnswer: {
            chainKey: components["schemas"]["Base64url"];
            endpointId: components["schemas"]["Identifier"];
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            manifest: string;
            name: components["schemas"]["DisplayText"];
            nonce: components["schemas"]["Base64url"];
            rootKey: components["schemas"]["SigningPublicKey"];
            site: components["schemas"]["DisplayText"];
        };
        EnrolmentCreation: {
            groupIds?: components["schemas"]["Identifier"][];
            name: components["schemas"]["DisplayText"];
            profile?: components["schemas"]["ClientProfile"];
            site?: components["schemas"]["DisplayText"];
            validFor?: components["schemas"]["Duration"];
        };
        EnrolmentIssued: {
            code: string;
            command: string;
            createdAtMs: components["schemas"]["EpochMs"];
            endpointId: components["schemas"]["Identifier"] | null;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            profile: components["schemas"]["ClientProfile"];
            site: components["schemas"]["DisplayText"];
            usedAtMs: components["schemas"]["EpochMs"] | null;
        };
        EnrolmentPage: {
            items: components["schemas"]["EnrolmentView"][];
            next: string | null;
        };
        EnrolmentRequest: {
            agentVersion: string;
            deviceKey: components["schemas"]["PublicKey"];
            encryptionKey: components["schemas"]["PublicKey"];
            enrolmentId: components["schemas"]["Identifier"];
            hostName: components["schemas"]["DisplayText"];
            keyProtection: components["schemas"]["KeyProtection"];
            profile: components["schemas"]["ClientProfile"];
            secret: components["schemas"]["Base64url"];
        };
        EnrolmentView: {
            createdAtMs: components["schemas"]["EpochMs"];
            endpointId: components["schemas"]["Identifier"] | null;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            profile: components["schemas"]["ClientProfile"];
            site: components["schemas"]["DisplayText"];
            usedAtMs: components["schemas"]["EpochMs"] | null;
        };
        EpochMs: number;
        /** @enum {string} */
        EvidenceStrength: "fair" | "strong" | "superior";
        /** @enum {string} */
        Factor: "password" | "hotp" | "totp" | "passkey" | "recovery-code" | "pin" | "card" | "temporary-code" | "sms-code" | "email-code" | "bypass-code" | "ocra" | "push" | "qr-challenge";
        FreshBeginRequest: {
            /** @default [] */
            given: components["schemas"]["Given"][];
        };
        Given: {
            factor: components["schemas"]["Factor"] | "password-and-code";
            value: string;
        };
        GroupCreation: {
            name: components["schemas"]["DisplayText"];
        };
        GroupPage: {
            items: components["schemas"]["GroupView"][];
            next: string | null;
        };
        GroupView: {
            createdAtMs: components["schemas"]["EpochMs"];
            endpoints: number;
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            users: number;
        };
        HardwareTokenAnswer: {
            token: components["schemas"]["TokenView"];
            warnings: {
                code: string;
                message: string;
            }[];
        };
        HardwareTokenGift: {
            first?: string;
            label?: components["schemas"]["DisplayText"];
            second?: string;
            serial: components["schemas"]["SerialNumber"];
        };
        HealthAnswer: {
            /** @constant */
            status: "ok";
        };
        /** @enum {string} */
        HotpAlgorithm: "SHA-1" | "SHA-256" | "SHA-512";
        HotpDigits: 6 | 7 | 8;
        Identifier: string;
        ImportedRow: {
            kind: components["schemas"]["TokenKind"] | null;
            place: string;
            /** @enum {string} */
            result: "new" | "known" | "refused";
            serial: string | null;
            warnings: {
                code: string;
                message: string;
            }[];
            why: {
                code: string;
                message: string;
            } | null;
        };
        /** @enum {string} */
        KeyProtection: "file" | "tpm";
        KeysView: {
            bundleKeys: {
                kid: components["schemas"]["Identifier"];
                notAfterMs: components["schemas"]["EpochMs"] | null;
                notBeforeMs: components["schemas"]["EpochMs"];
                signing: boolean;
            }[];
            manifest: {
                due: boolean;
                number: number;
            };
            rootKey: {
                kid: components["schemas"]["Identifier"];
                onServer: boolean;
            };
        };
        /** Format: email */
        MailAddress: string;
        MaintenanceWindowCreation: {
            fromMs: components["schemas"]["EpochMs"];
            name: components["schemas"]["DisplayText"];
            site?: components["schemas"]["DisplayText"];
            toMs: components["schemas"]["EpochMs"];
        };
        MaintenanceWindowList: {
            items: components["schemas"]["MaintenanceWindowView"][];
            next: string | null;
        };
        MaintenanceWindowView: {
            announcedAtMs: components["schemas"]["EpochMs"];
            announcedBy: string;
            announcedByName: string | null;
            announcedByPerson: string | null;
            cancelledAtMs: components["schemas"]["EpochMs"] | null;
            fromMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            site: components["schemas"]["DisplayText"] | null;
            /** @enum {string} */
            state: "planned" | "under-way" | "over" | "cancelled";
            toMs: components["schemas"]["EpochMs"];
        };
        ManifestAnswer: {
            document: string;
            number: number;
            rootKey: components["schemas"]["SigningPublicKey"];
        };
        MasterKeyView: {
            masterKeyId: string;
            rotation: {
                finishedAtMs: components["schemas"]["EpochMs"] | null;
                rewrapped: number;
                startedAtMs: components["schemas"]["EpochMs"];
            } | null;
            /** @enum {string} */
            source: "environment" | "systemd-credential" | "file" | "memory";
        };
        MemberChange: {
            add?: {
                endpointIds?: components["schemas"]["Identifier"][];
                userIds?: components["schemas"]["Identifier"][];
            };
            remove?: {
                endpointIds?: components["schemas"]["Identifier"][];
                userIds?: components["schemas"]["Identifier"][];
            };
        };
        MemberPage: {
            items: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            }[];
            next: string | null;
        };
        NewPassword: string;
        /** @enum {string} */
        Obstacle: "policy-forbids" | "no-password" | "time-token-only" | "passkey-only" | "no-token" | "never-signed-in-at-an-endpoint" | "rights-used-up-or-ended";
        OfflineOutlookEntry: {
            bundle: {
                acknowledged: boolean;
                epoch: number;
                sequence: number;
            };
            endpointId: components["schemas"]["Identifier"];
            endpointName: components["schemas"]["DisplayText"];
            /** @enum {string} */
            endpointStatus: "active" | "revoked";
            lastContactAtMs: components["schemas"]["EpochMs"] | null;
            notAfterMs: components["schemas"]["EpochMs"];
            note: string | null;
            remainingAtMost: number;
            reportedRemaining: number | null;
            /** @enum {string} */
            state: "may-sign-in" | "expired" | "exhausted" | "fresh-sign-in-needed" | "revocation-pending" | "revoked";
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        };
        OutagePeople: {
            items: components["schemas"]["OutagePerson"][];
            next: string | null;
        };
        OutagePerson: {
            displayName: components["schemas"]["DisplayText"];
            next: string;
            obstacle: components["schemas"]["Obstacle"];
            title: string;
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        };
        OutageSummary: {
            asOfMs: components["schemas"]["EpochMs"];
            endpoints: {
                active: number;
                connected: number;
                usable: number;
            };
            firstEndsAtMs: components["schemas"]["EpochMs"] | null;
            lasting: {
                afterSeconds: number;
                endpoints: number;
                people: number;
            }[];
            obstacles: {
                code: components["schemas"]["Obstacle"];
                next: string;
                people: number;
                title: string;
            }[];
            people: {
                active: number;
                couldNot: number;
                couldSignIn: number;
            };
            revocationsPending: number;
        };
        OutlookPage: {
            items: components["schemas"]["OfflineOutlookEntry"][];
            next: string | null;
        };
        OwnedTokenView: {
            algorithm: components["schemas"]["HotpAlgorithm"];
            cachedOffline: boolean;
            cacheSize: number | null;
            createdAtMs: components["schemas"]["EpochMs"];
            digits: components["schemas"]["HotpDigits"];
            effectiveWindowSize: number;
            exposed: {
                endpointId: components["schemas"]["Identifier"];
                from: number;
                through: number;
            }[];
            id: components["schemas"]["Identifier"];
            kind: components["schemas"]["TokenKind"];
            label: components["schemas"]["DisplayText"];
            nextCounter: number;
            offlineCapable: boolean;
            periodSeconds: components["schemas"]["TotpPeriod"] | null;
            status: components["schemas"]["TokenStatus"];
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
            windowSize: number | null;
        };
        OwnOfflineList: {
            items: {
                bundle: {
                    acknowledged: boolean;
                    epoch: number;
                    sequence: number;
                };
                endpointId: components["schemas"]["Identifier"];
                endpointName: components["schemas"]["DisplayText"];
                /** @enum {string} */
                endpointStatus: "active" | "revoked";
                lastContactAtMs: components["schemas"]["EpochMs"] | null;
                notAfterMs: components["schemas"]["EpochMs"];
                note: string | null;
                remainingAtMost: number;
                reportedRemaining: number | null;
                /** @enum {string} */
                state: "may-sign-in" | "expired" | "exhausted" | "fresh-sign-in-needed" | "revocation-pending" | "revoked";
            }[];
            next: string | null;
        };
        OwnPasswordChange: {
            password: components["schemas"]["NewPassword"];
        };
        OwnPhoneChange: {
            label: components["schemas"]["DisplayText"];
        };
        OwnPhoneList: {
            items: components["schemas"]["PhoneView"][];
            mayRegister: boolean;
            next: null;
            /** @enum {string} */
            registers: "offline" | "online";
        };
        OwnSessionList: {
            items: components["schemas"]["OwnSessionView"][];
        };
        OwnSessionView: {
            address: string;
            app: components["schemas"]["WebApp"];
            current: boolean;
            id: components["schemas"]["Identifier"];
            lastSeenAtMs: components["schemas"]["EpochMs"];
            signedInAtMs: components["schemas"]["EpochMs"];
            userAgent: string;
        };
        OwnSigningList: {
            items: components["schemas"]["OwnSigningView"][];
        };
        OwnSigningView: {
            applicationName: components["schemas"]["DisplayText"];
            createdAtMs: components["schemas"]["EpochMs"];
            digest: components["schemas"]["Sha256Text"];
            documentTitle: components["schemas"]["DisplayText"];
            endedAtMs: components["schemas"]["EpochMs"] | null;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            obstacle: components["schemas"]["SigningObstacle"] | null;
            status: components["schemas"]["SigningStatus"];
        };
        OwnSignInPage: {
            items: components["schemas"]["OwnSignInView"][];
            next: string | null;
        };
        OwnSignInView: {
            address: string | null;
            atMs: components["schemas"]["EpochMs"];
            factors: components["schemas"]["Factor"][];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            mode: "online" | "offline";
            /** @enum {string} */
            outcome: "succeeded" | "refused";
            reason: components["schemas"]["RefusalReason"] | null;
            where: string | null;
            workflow: components["schemas"]["Workflow"] | null;
        };
        PasskeyCreation: {
            label?: components["schemas"]["DisplayText"];
            response: {
                [key: string]: unknown;
            };
            ticket: string;
        };
        PasskeyCreationOptions: {
            options: {
                [key: string]: unknown;
            };
            ticket: string;
        };
        PasswordChange: {
            password: components["schemas"]["NewPassword"];
        };
        PhoneChange: {
            label?: components["schemas"]["DisplayText"];
            status?: components["schemas"]["PhoneStatus"];
            types?: ("totp" | "hotp" | "push" | "qr-challenge")[];
        };
        PhoneClaim: {
            approvalKey: components["schemas"]["PublicKey"];
            appVersion: components["schemas"]["DisplayText"];
            biometric: {
                assertion: {
                    [key: string]: unknown;
                };
                credential: {
                    [key: string]: unknown;
                };
            } | null;
            challengeKey: components["schemas"]["Base64url"];
            phoneName: components["schemas"]["DisplayText"];
            requestKey: components["schemas"]["PublicKey"];
            token: components["schemas"]["Base64url"];
        };
        PhoneClaimAnswer: {
            account: components["schemas"]["UserName"];
            digits: string;
            enterprise: components["schemas"]["DisplayText"];
            expiresAtMs: components["schemas"]["EpochMs"];
            /** @enum {string} */
            kind: "new" | "rescan";
            nonce: components["schemas"]["Base64url"];
            phoneId: components["schemas"]["Identifier"] | null;
            registeredBy: components["schemas"]["Identifier"] | null;
            registrationId: components["schemas"]["Identifier"];
        };
        PhoneCodes: {
            algorithm: components["schemas"]["HotpAlgorithm"];
            counter: components["schemas"]["Counter"];
            digits: components["schemas"]["HotpDigits"];
            /** @enum {string} */
            kind: "totp" | "hotp";
            periodSeconds: number | null;
            secret: components["schemas"]["Base64url"] | null;
            tokenId: components["schemas"]["Identifier"];
        };
        PhoneCompletion: {
            expiresAtMs: components["schemas"]["EpochMs"];
            /** @constant */
            state: "waiting";
        } | {
            configuration: components["schemas"]["PhoneConfiguration"];
            expiresAtMs: components["schemas"]["EpochMs"];
            /** @constant */
            state: "ready";
        } | {
            phoneId: components["schemas"]["Identifier"];
            /** @constant */
            state: "done";
        } | {
            /** @constant */
            state: "ended";
            why: components["schemas"]["RegistrationEnd"];
        };
        PhoneConfiguration: {
            account: components["schemas"]["UserName"];
            codes: components["schemas"]["PhoneCodes"][];
            deviceId: components["schemas"]["DeviceId"];
            enterprise: components["schemas"]["DisplayText"];
            label: components["schemas"]["DisplayText"];
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"];
            status: components["schemas"]["PhoneStatus"];
            types: ("totp" | "hotp" | "push" | "qr-challenge")[];
        };
        PhoneFinish: {
            phoneId: components["schemas"]["Identifier"];
            /** @constant */
            state: "done";
        } | {
            /** @constant */
            state: "ended";
            why: components["schemas"]["RegistrationEnd"];
        };
        PhoneList: {
            items: components["schemas"]["PhoneView"][];
            next: null;
        };
        PhoneRegistration: {
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            kind: "new" | "rescan";
            link: string;
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"] | null;
            qr: {
                svg: string;
                terminal: string;
            };
        };
        PhoneRegistrationCreation: {
            /** @constant */
            kind: "new";
            label?: components["schemas"]["DisplayText"];
        } | {
            /** @constant */
            kind: "rescan";
            phoneId: components["schemas"]["Identifier"];
        };
        PhoneRegistrationView: {
            anotherPhoneTried: boolean;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            kind: "new" | "rescan";
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"] | null;
            /** @constant */
            state: "waiting";
            triesLeft: number | null;
        } | {
            anotherPhoneTried: boolean;
            digits: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            kind: "new" | "rescan";
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"] | null;
            phoneName: string;
            /** @constant */
            state: "scanned";
        } | {
            anotherPhoneTried: boolean;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            kind: "new" | "rescan";
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"] | null;
            phoneName: string;
            /** @constant */
            state: "finishing";
        } | {
            anotherPhoneTried: boolean;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            kind: "new" | "rescan";
            /** @enum {string} */
            mode: "offline" | "online";
            phone: components["schemas"]["PhoneView"];
            phoneId: components["schemas"]["Identifier"] | null;
            /** @constant */
            state: "done";
        } | {
            anotherPhoneTried: boolean;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            kind: "new" | "rescan";
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"] | null;
            /** @constant */
            state: "ended";
            why: components["schemas"]["RegistrationEnd"];
        };
        /** @enum {string} */
        PhoneStatus: "enabled" | "disabled";
        PhoneStreamMessage: {
            heartbeat: components["schemas"]["Duration"];
            /** @constant */
            type: "hello";
        } | {
            /** @constant */
            type: "heartbeat";
        } | {
            /** @constant */
            type: "sync";
        } | {
            /** @constant */
            type: "push-requests";
        };
        PhoneSync: {
            appVersion: components["schemas"]["DisplayText"];
            have: components["schemas"]["Identifier"][];
        };
        PhoneSyncAnswer: {
            account: components["schemas"]["UserName"];
            codes: components["schemas"]["PhoneCodes"][];
            deviceId: components["schemas"]["DeviceId"];
            enterprise: components["schemas"]["DisplayText"];
            label: components["schemas"]["DisplayText"];
            /** @enum {string} */
            mode: "offline" | "online";
            phoneId: components["schemas"]["Identifier"];
            push: {
                enabled: boolean;
                requireBiometric: boolean;
            };
            serverTimeMs: components["schemas"]["EpochMs"];
            status: components["schemas"]["PhoneStatus"];
            types: ("totp" | "hotp" | "push" | "qr-challenge")[];
        };
        PhoneView: {
            appVersion: string | null;
            biometric: boolean;
            createdAtMs: components["schemas"]["EpochMs"];
            deviceId: components["schemas"]["DeviceId"];
            id: components["schemas"]["Identifier"];
            label: components["schemas"]["DisplayText"];
            lastSyncMs: components["schemas"]["EpochMs"] | null;
            /** @enum {string} */
            mode: "offline" | "online";
            phoneName: string | null;
            silent: boolean;
            status: components["schemas"]["PhoneStatus"];
            types: ("totp" | "hotp" | "push" | "qr-challenge")[];
            userId: components["schemas"]["Identifier"];
        };
        PolicyChange: {
            changes?: {
                [key: string]: unknown;
            };
            name?: components["schemas"]["DisplayText"];
        };
        PolicyCreation: {
            changes?: {
                [key: string]: unknown;
            };
            name: components["schemas"]["DisplayText"];
        };
        PolicyPage: {
            items: components["schemas"]["PolicyView"][];
            next: string | null;
        };
        PolicyView: {
            document: components["schemas"]["UserPolicy"];
            id: components["schemas"]["Identifier"];
            isDefault: boolean;
            name: components["schemas"]["DisplayText"];
            version: number;
        };
        Problem: {
            code: components["schemas"]["ProblemCode"];
            contactNumber?: number;
            detail: string;
            inReplyTo: components["schemas"]["Identifier"] | null;
            lockedUntilMs?: components["schemas"]["EpochMs"];
            otherWays?: components["schemas"]["Factor"][];
            problems?: {
                message: string;
                path: string;
            }[];
            reason?: components["schemas"]["RefusalReason"];
            retryAfterSeconds?: number;
            status: number;
            title: string;
            type: string;
        };
        /** @enum {string} */
        ProblemCode: "sign-in-refused" | "invalid-request" | "too-large" | "not-found" | "conflict" | "idempotency-key-reused" | "idempotency-key-in-use" | "unauthenticated" | "forbidden" | "fresh-sign-in-required" | "enrolment-required" | "renewal-required" | "endpoint-revoked" | "phone-revoked" | "proof-invalid" | "nonce-stale" | "clone-suspected" | "contact-overtaken" | "enrolment-code-invalid" | "setup-closed" | "continuation-invalid" | "grant-invalid" | "bundle-refused" | "chain-broken" | "restored" | "too-many-requests" | "storage-unavailable" | "internal";
        ProductView: {
            helpDeskContact: string;
            organisationName: string;
            productName: components["schemas"]["DisplayText"];
        };
        ProfileView: {
            hasPassword: boolean;
            helpDeskContact: string;
            mayEnrol: components["schemas"]["Factor"][];
            minimumPasswordLength: number;
            offline: {
                /** @constant */
                able: true;
            } | {
                /** @constant */
                able: false;
                next: string;
                why: string;
            };
            organisationName: string;
            productName: components["schemas"]["DisplayText"];
            temporaryCode: {
                accepted: boolean;
                createdAtMs: components["schemas"]["EpochMs"];
                expiresAtMs: components["schemas"]["EpochMs"];
                lastUsedAtMs: components["schemas"]["EpochMs"] | null;
                use: components["schemas"]["TemporaryCodeUse"];
                uses: number;
                workflows: components["schemas"]["TemporaryCodeWorkflow"][];
            } | null;
            user: {
                displayName: components["schemas"]["DisplayText"];
                id: components["schemas"]["Identifier"];
                userName: components["schemas"]["UserName"];
            };
            warnings: {
                code: string;
                message: string;
            }[];
        };
        Prompt: {
            alternatives: components["schemas"]["Factor"][];
            echo: boolean;
            factor: components["schemas"]["Factor"];
            number?: string;
            passkeyOptions?: {
                [key: string]: unknown;
            };
            text: components["schemas"]["DisplayText"];
            /** @constant */
            waiting?: true;
        };
        ProofingConfirmation: {
            proofingId: components["schemas"]["Identifier"];
        };
        ProofingEvidence: {
            kind: components["schemas"]["DisplayText"];
            strength: components["schemas"]["EvidenceStrength"];
        };
        /** @enum {string} */
        ProofingMethod: "in-person" | "supervised-remote";
        ProofingRecordRequest: {
            authenticatorIds: components["schemas"]["Identifier"][];
            evidence: components["schemas"]["ProofingEvidence"][];
            method: components["schemas"]["ProofingMethod"];
            /** @default  */
            note: string;
        };
        ProofingView: {
            candidates: {
                addedAtMs: components["schemas"]["EpochMs"];
                id: components["schemas"]["Identifier"];
                label: components["schemas"]["DisplayText"];
            }[];
            confirm: string | null;
            proofing: {
                confirmedAtMs: components["schemas"]["EpochMs"] | null;
                confirmedBy: {
                    userId: components["schemas"]["Identifier"];
                    userName: components["schemas"]["UserName"] | null;
                } | null;
                endedAtMs: components["schemas"]["EpochMs"] | null;
                endedWhy: ("withdrawn" | "passkey-removed" | "replaced") | null;
                evidence: components["schemas"]["ProofingEvidence"][];
                id: components["schemas"]["Identifier"];
                method: components["schemas"]["ProofingMethod"];
                note: string;
                passkeys: {
                    id: components["schemas"]["Identifier"];
                    label: components["schemas"]["DisplayText"] | null;
                }[];
                recordedAtMs: components["schemas"]["EpochMs"];
                recordedBy: {
                    userId: components["schemas"]["Identifier"];
                    userName: components["schemas"]["UserName"] | null;
                };
            } | null;
            record: string | null;
            signsOrders: boolean;
            /** @enum {string} */
            state: "none" | "recorded" | "confirmed" | "lost";
        };
        PublicKey: {
            /** @constant */
            crv: "P-256";
            /** @constant */
            kty: "EC";
            x: components["schemas"]["Base64url"];
            y: components["schemas"]["Base64url"];
        };
        PushAnswer: {
            assertion: {
                [key: string]: unknown;
            } | null;
            statement: string;
        };
        PushAnswered: {
            /** @enum {string} */
            outcome: "approved" | "denied" | "reported";
            text: string;
        };
        PushChange: {
            enabled: boolean;
            requireBiometric: boolean;
        };
        PushChangeResult: {
            detail: string | null;
            /** @enum {string} */
            outcome: "changed" | "unchanged" | "failed";
            userId: components["schemas"]["Identifier"];
            userName: string | null;
            why: components["schemas"]["PushObstacle"] | null;
        };
        PushChanges: {
            enabled: boolean;
            requireBiometric: boolean;
            userIds: components["schemas"]["Identifier"][];
        };
        PushChangesAnswer: {
            results: components["schemas"]["PushChangeResult"][];
        };
        PushDetails: {
            account: string;
            address: string | null;
            application: components["schemas"]["DisplayText"];
            place: string | null;
            workflow: components["schemas"]["Workflow"];
        };
        /** @enum {string} */
        PushObstacle: "not-enabled" | "no-phone" | "only-offline-phones" | "not-a-type-of-any-phone" | "no-phone-with-biometric";
        PushOrder: {
            digest: components["schemas"]["Base64url"];
            documentSha256: components["schemas"]["Base64url"];
            text: string;
            title: components["schemas"]["DisplayText"];
        };
        PushRequestList: {
            items: components["schemas"]["PushRequestView"][];
            serverTimeMs: components["schemas"]["EpochMs"];
            withdrawn: {
                id: components["schemas"]["Identifier"];
                text: string;
            }[];
        };
        PushRequestView: {
            askedAtMs: components["schemas"]["EpochMs"];
            challenge: components["schemas"]["Base64url"];
            details: components["schemas"]["PushDetails"];
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            order: components["schemas"]["PushOrder"] | null;
            requireBiometric: boolean;
        };
        PushView: {
            enabled: boolean;
            may: boolean;
            ready: boolean;
            requireBiometric: boolean;
            text: string | null;
            warnings: {
                code: string;
                message: string;
            }[];
            why: components["schemas"]["PushObstacle"] | null;
        };
        Quantity: number | {
            from: number;
            to: number;
        };
        RadiusAccessAnswer: {
            "control:Auth-Type"?: {
                /** @constant */
                do_xlat: false;
                /** @constant */
                op: ":=";
                value: string[];
            };
            "reply:Prompt"?: {
                /** @constant */
                do_xlat: false;
                /** @constant */
                op: ":=";
                value: string[];
            };
            "reply:Reply-Message"?: {
                /** @constant */
                do_xlat: false;
                /** @constant */
                op: ":=";
                value: string[];
            };
            "reply:State"?: {
                /** @constant */
                do_xlat: false;
                /** @constant */
                op: ":=";
                value: string[];
            };
        };
        RadiusAccessRequest: {
            [key: string]: {
                type?: string;
                value: (string | number | boolean)[];
            };
        };
        RadiusClientChange: {
            address?: string;
            name?: components["schemas"]["DisplayText"];
            prompts?: components["schemas"]["RadiusPrompts"];
            requiresMessageAuthenticator?: boolean;
        };
        RadiusClientCreationRequest: {
            address: string;
            name: components["schemas"]["DisplayText"];
            /** @default challenge */
            prompts: components["schemas"]["RadiusPrompts"];
            /** @default true */
            requiresMessageAuthenticator: boolean;
        };
        RadiusClientIssued: {
            address: string;
            createdAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            prompts: components["schemas"]["RadiusPrompts"];
            requiresMessageAuthenticator: boolean;
            secret: string;
            secretChangedAtMs: components["schemas"]["EpochMs"];
        };
        RadiusClientView: {
            address: string;
            createdAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            prompts: components["schemas"]["RadiusPrompts"];
            requiresMessageAuthenticator: boolean;
            secretChangedAtMs: components["schemas"]["EpochMs"];
        };
        /** @enum {string} */
        RadiusPrompts: "challenge" | "one-line";
        RadiusServerIssued: {
            authority: string;
            certificateHash: string | null;
            clients: components["schemas"]["RadiusClientIssued"][];
            configuredAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            key: string;
            name: components["schemas"]["DisplayText"];
            outdated: boolean;
        };
        RadiusServerRegistration: {
            certificateHash: string | null;
            name: components["schemas"]["DisplayText"];
        };
        RadiusServerView: {
            certificateHash: string | null;
            configuredAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            outdated: boolean;
        };
        RadiusView: {
            clients: components["schemas"]["RadiusClientView"][];
            servers: components["schemas"]["RadiusServerView"][];
        };
        ReadinessAnswer: {
            certificateNotAfterMs: components["schemas"]["EpochMs"] | null;
            serverId: components["schemas"]["Identifier"];
            site: components["schemas"]["DisplayText"];
            /** @constant */
            status: "ready";
        };
        /** @enum {string} */
        ReadinessGap: "no-right-now" | "ends-before" | "too-few-sign-ins" | "not-stored-yet";
        ReadinessView: {
            asOfMs: components["schemas"]["EpochMs"];
            items: {
                connected: boolean;
                endpointId: components["schemas"]["Identifier"];
                endpointName: components["schemas"]["DisplayText"];
                gaps: {
                    code: components["schemas"]["ReadinessGap"];
                    people: number;
                    text: string;
                }[];
                lastContactAtMs: components["schemas"]["EpochMs"] | null;
                people: number;
                site: components["schemas"]["DisplayText"];
                /** @enum {string} */
                state: "ready" | "gaps" | "nobody";
            }[];
            next: string | null;
            nobody: number;
            of: number;
            ready: number;
        };
        ReasonText: string;
        RecommendationApplication: {
            confirmWindow?: boolean;
            days?: number;
            expectedDaysOffline?: number;
            variancePercent?: number;
        };
        RecommendationApplied: {
            recommendation: components["schemas"]["CacheRecommendation"];
            token: components["schemas"]["TokenView"];
        };
        RefusalCount: {
            count: number;
            factor?: components["schemas"]["Factor"];
            failures: number;
            firstAtMs: components["schemas"]["EpochMs"];
            lastAtMs: components["schemas"]["EpochMs"];
            lockedUntilMs?: components["schemas"]["EpochMs"];
            /** @enum {string} */
            reason: "wrong-credentials" | "push-not-approved" | "token-out-of-step" | "code-exposed" | "locked" | "token-suspended-here" | "no-token" | "temporary-code-needed" | "token-cached-offline" | "user-disabled" | "user-unknown-here" | "endpoint-revoked" | "system-account" | "offline-not-allowed" | "offline-off-here" | "never-signed-in-here" | "cache-exhausted" | "sign-ins-exhausted" | "lease-expired" | "clock-set-back" | "fresh-online-sign-in-needed" | "store-rolled-back" | "store-damaged" | "storage-failed" | "offline-not-with-totp" | "offline-not-with-passkey" | "factor-not-offline-capable" | "factor-not-usable-here" | "pin-expired" | "no-administrator-role" | "second-factor-needed" | "cancelled" | "timed-out" | "busy" | "interrupted";
        };
        /** @enum {string} */
        RefusalReason: "wrong-credentials" | "push-not-approved" | "token-out-of-step" | "code-exposed" | "locked" | "token-suspended-here" | "no-token" | "temporary-code-needed" | "token-cached-offline" | "user-disabled" | "user-unknown-here" | "endpoint-revoked" | "system-account" | "offline-not-allowed" | "offline-off-here" | "never-signed-in-here" | "cache-exhausted" | "sign-ins-exhausted" | "lease-expired" | "clock-set-back" | "fresh-online-sign-in-needed" | "store-rolled-back" | "store-damaged" | "storage-failed" | "offline-not-with-totp" | "offline-not-with-passkey" | "factor-not-offline-capable" | "factor-not-usable-here" | "pin-expired" | "no-administrator-role" | "second-factor-needed" | "cancelled" | "timed-out" | "busy";
        /** @enum {string} */
        RegistrationEnd: "expired" | "cancelled" | "digits-differ" | "wrong-device-id" | "replaced" | "user-stopped" | "restored";
        RestoreConfirmation: {
            /** @enum {string} */
            kind: "changes-lost" | "api-key" | "role-holder" | "phone" | "endpoint" | "user-disabled" | "password-changed" | "token-revoked" | "counter-jump" | "user-unknown" | "endpoint-revoked" | "chain-not-proven";
            subjectId: string;
        };
        RestoreItem: {
            atMs: components["schemas"]["EpochMs"];
            detail: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            kind: "changes-lost" | "api-key" | "role-holder" | "phone" | "endpoint" | "user-disabled" | "password-changed" | "token-revoked" | "counter-jump" | "user-unknown" | "endpoint-revoked" | "chain-not-proven";
            /** @enum {string} */
            status: "open" | "settled" | "confirmed";
            subjectId: string;
            text: string;
        };
        RestoreReport: {
            items: components["schemas"]["RestoreItem"][];
            restored: {
                epoch: number;
                madeAtMs: components["schemas"]["EpochMs"];
                restoredAtMs: components["schemas"]["EpochMs"];
            } | null;
            tokensWaiting: number;
        };
        Resynchronisation: {
            first: string;
            second: string;
        };
        /** @enum {string} */
        Right: "properties.read" | "properties.settings" | "properties.policies" | "properties.roles" | "properties.groups" | "properties.api-keys" | "properties.keys" | "properties.temporary-codes" | "properties.radius" | "properties.senders" | "properties.token-import" | "properties.authenticator-app" | "users.read" | "users.create" | "users.edit" | "users.delete" | "users.unlock" | "users.password" | "users.authenticators" | "users.temporary-codes" | "users.bypass-codes" | "users.lock" | "users.proofing" | "users.push" | "endpoints.read" | "endpoints.enrol" | "endpoints.edit" | "endpoints.revoke" | "audit.read" | "audit.export" | "audit.alerts";
        RightSections: {
            items: {
                rights: {
                    right: components["schemas"]["Right"];
                    text: string;
                }[];
                section: string;
            }[];
        };
        RoleAssignment: {
            roleId: components["schemas"]["Identifier"];
        };
        RoleChange: {
            name?: components["schemas"]["DisplayText"];
            rights?: components["schemas"]["Right"][];
            scope?: components["schemas"]["RoleScope"];
        };
        RoleCreation: {
            name: components["schemas"]["DisplayText"];
            rights: components["schemas"]["Right"][];
            scope?: components["schemas"]["RoleScope"];
        };
        RolePage: {
            items: components["schemas"]["RoleView"][];
            next: string | null;
        };
        RoleScope: "enterprise" | {
            groupIds: components["schemas"]["Identifier"][];
        };
        RoleView: {
            administrators: number;
            builtIn: boolean;
            id: components["schemas"]["Identifier"];
            name: components["schemas"]["DisplayText"];
            rights: components["schemas"]["Right"][];
            scope: components["schemas"]["RoleScope"];
        };
        /** @enum {string} */
        SendChannel: "sms" | "email";
        SendersView: {
            email: components["schemas"]["EmailSender"] | null;
            mayCatch: boolean;
            messages: components["schemas"]["SentMessage"][];
            sms: components["schemas"]["SmsSender"] | null;
        };
        SenderTest: {
            to: string;
        };
        SenderTestAnswer: {
            sent: boolean;
            why: string | null;
        };
        SentMessage: {
            atMs: components["schemas"]["EpochMs"];
            channel: components["schemas"]["SendChannel"];
            id: components["schemas"]["Identifier"];
            /** @enum {string} */
            purpose: "sign-in" | "enrolment" | "notice" | "test";
            /** @enum {string} */
            state: "queued" | "sent" | "failed";
            to: string;
            userId: components["schemas"]["Identifier"] | null;
            why: string | null;
        };
        SerialNumber: string;
        ServerAddress: {
            site: components["schemas"]["DisplayText"];
            /** Format: uri */
            url: string;
        };
        SessionAnswer: {
            continuation: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            prompts: components["schemas"]["Prompt"][];
            /** @constant */
            status: "asking";
        } | {
            enrolmentDue?: {
                factors: components["schemas"]["Factor"][];
                signInsLeft: number;
            };
            messages: string[];
            renewalDue?: components["schemas"]["Factor"][];
            session: components["schemas"]["SessionView"];
            /** @constant */
            status: "succeeded";
        };
        SessionBeginRequest: {
            /** @default [] */
            given: components["schemas"]["Given"][];
            userName?: components["schemas"]["UserName"];
        };
        SessionStep: {
            continuation: string;
            given: components["schemas"]["Given"];
        };
        SessionView: {
            app: components["schemas"]["WebApp"];
            enrolmentDue: boolean;
            expiresAtMs: components["schemas"]["EpochMs"];
            factors: components["schemas"]["Factor"][];
            freshUntilMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            idleUntilMs: components["schemas"]["EpochMs"];
            productName: components["schemas"]["DisplayText"];
            renewalDue: boolean;
            rights: components["schemas"]["Right"][];
            role: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            } | null;
            scope: components["schemas"]["RoleScope"] | null;
            signedInAtMs: components["schemas"]["EpochMs"];
            user: {
                displayName: components["schemas"]["DisplayText"];
                id: components["schemas"]["Identifier"];
                userName: components["schemas"]["UserName"];
            };
        };
        SettingsChange: {
            consoleSession?: {
                idle?: components["schemas"]["Duration"];
                longest?: components["schemas"]["Duration"];
            };
            freshSignIn?: components["schemas"]["Duration"];
            helpDeskContact?: string;
            organisationName?: "" | components["schemas"]["DisplayText"];
            portalSession?: {
                idle?: components["schemas"]["Duration"];
                longest?: components["schemas"]["Duration"];
            };
            productName?: components["schemas"]["DisplayText"];
            version?: number;
        };
        SettingsView: {
            authenticatorApp: components["schemas"]["AuthenticatorAppSettings"];
            consoleSession: {
                idle: components["schemas"]["Duration"];
                longest: components["schemas"]["Duration"];
            };
            freshSignIn: components["schemas"]["Duration"];
            helpDeskContact: string;
            organisationName: "" | components["schemas"]["DisplayText"];
            portalSession: {
                idle: components["schemas"]["Duration"];
                longest: components["schemas"]["Duration"];
            };
            productName: components["schemas"]["DisplayText"];
            temporaryCodes: components["schemas"]["TemporaryCodeSettings"];
            version: number;
        };
        SetupAnswer: {
            apiKey: components["schemas"]["ApiKeyIssued"];
        };
        SetupRequest: {
            name?: components["schemas"]["DisplayText"];
            token: string;
        };
        Sha256Text: components["schemas"]["Base64url"];
        SignInAnswer: {
            continuation: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            prompts: components["schemas"]["Prompt"][];
            /** @constant */
            status: "asking";
        } | {
            consumed?: {
                counter: components["schemas"]["Counter"];
                tokenId: components["schemas"]["Identifier"];
            };
            enrolmentDue?: {
                factors: components["schemas"]["Factor"][];
                signInsLeft: number;
            };
            factors: components["schemas"]["Factor"][];
            grant?: string;
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            messages: string[];
            renewalDue?: components["schemas"]["Factor"][];
            /** @constant */
            status: "succeeded";
            userId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        };
        SignInBeginRequest: {
            attemptId: components["schemas"]["Identifier"];
            /** @default {} */
            context: {
                remoteHost?: string;
                service?: string;
                tty?: string;
            };
            /** @default [] */
            given: components["schemas"]["Given"][];
            userName: components["schemas"]["UserName"];
            workflow: components["schemas"]["SignInWorkflow"];
        };
        SigningAnswer: {
            continuation: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            prompts: components["schemas"]["Prompt"][];
            /** @constant */
            status: "asking";
        } | {
            factors: components["schemas"]["Factor"][];
            signing: components["schemas"]["OwnSigningView"];
            /** @constant */
            status: "signed";
        };
        SigningBeginRequest: {
            /** @default [] */
            given: components["schemas"]["Given"][];
        };
        SigningCreated: {
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            status: components["schemas"]["SigningStatus"];
            url: string;
        };
        SigningCreation: {
            digest: components["schemas"]["Sha256Text"];
            documentTitle: components["schemas"]["DisplayText"];
            expiresIn?: components["schemas"]["Duration"];
            requestId: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        };
        SigningKeySet: {
            keys: {
                /** @constant */
                alg?: "EdDSA";
                /** @constant */
                crv: "Ed25519";
                kid: string;
                /** @constant */
                kty: "OKP";
                /** @constant */
                use?: "sig";
                x: components["schemas"]["Base64url"];
            }[];
        };
        SigningObstacle: {
            /** @enum {string} */
            code: "not-allowed" | "no-passkey" | "not-proofed" | "proofing-unconfirmed" | "proofing-lost";
            next: string;
            text: string;
        };
        SigningPublicKey: {
            /** @constant */
            crv: "Ed25519";
            /** @constant */
            kty: "OKP";
            x: components["schemas"]["Base64url"];
        };
        /** @enum {string} */
        SigningStatus: "pending" | "signed" | "declined" | "cancelled" | "expired" | "void";
        SigningStep: {
            continuation: string;
            given: components["schemas"]["Given"];
        };
        SigningView: {
            createdAtMs: components["schemas"]["EpochMs"];
            digest: components["schemas"]["Sha256Text"];
            documentTitle: components["schemas"]["DisplayText"];
            endedAtMs: components["schemas"]["EpochMs"] | null;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            requestId: components["schemas"]["Identifier"];
            statement: string | null;
            status: components["schemas"]["SigningStatus"];
            url: string;
            userName: components["schemas"]["UserName"];
        };
        SignInReport: {
            endedSessions: number;
            helpDeskContact: string;
            next: string;
        };
        SignInStep: {
            continuation: string;
            given: components["schemas"]["Given"];
        };
        /** @enum {string} */
        SignInWorkflow: "workstation" | "remote-access" | "self-service" | "administration";
        SlotParametersAnswer: {
            credentialEpoch: number;
            /** @constant */
            holdfast: 1;
            inReplyTo: components["schemas"]["Identifier"] | null;
            offlineSalt: components["schemas"]["Base64url"];
            userId: components["schemas"]["Identifier"];
        };
        SlotParametersRequest: {
            grant: string;
        };
        SmsSender: {
            authority: string | null;
            body: string;
            changedAtMs: components["schemas"]["EpochMs"];
            codeDigits: 6 | 7 | 8;
            /** @enum {string} */
            contentType: "application/json" | "application/x-www-form-urlencoded" | "text/plain";
            hasSecret: boolean;
            /** @constant */
            kind: "http";
            secretHeader: string | null;
            /** Format: uri */
            url: string;
        } | {
            changedAtMs: components["schemas"]["EpochMs"];
            codeDigits: 6 | 7 | 8;
            hasSecret: boolean;
            /** @constant */
            kind: "catcher";
        };
        SmsSenderChange: {
            authority: string | null;
            body: string;
            codeDigits: 6 | 7 | 8;
            /** @enum {string} */
            contentType: "application/json" | "application/x-www-form-urlencoded" | "text/plain";
            /** @constant */
            kind: "http";
            secret?: string | null;
            secretHeader: string | null;
            /** Format: uri */
            url: string;
        } | {
            codeDigits: 6 | 7 | 8;
            /** @constant */
            kind: "catcher";
        };
        StockPage: {
            items: components["schemas"]["StockView"][];
            next: string | null;
        };
        /** @enum {string} */
        StockState: "free" | "given" | "retired";
        StockView: {
            algorithm: components["schemas"]["HotpAlgorithm"];
            batchId: components["schemas"]["Identifier"];
            digits: components["schemas"]["HotpDigits"];
            givenAtMs: components["schemas"]["EpochMs"] | null;
            id: components["schemas"]["Identifier"];
            importedAtMs: components["schemas"]["EpochMs"];
            kind: components["schemas"]["TokenKind"];
            maker: string | null;
            meantFor: string | null;
            periodSeconds: components["schemas"]["TotpPeriod"] | null;
            serial: string;
            state: components["schemas"]["StockState"];
            user: {
                id: components["schemas"]["Identifier"];
                userName: components["schemas"]["UserName"];
            } | null;
        };
        StolenDevicePreview: {
            cautions: {
                /** @enum {string} */
                code: "cannot-sign-orders" | "no-second-factor" | "password-only";
                message: string;
            }[];
            mayMove: boolean;
            policies: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            }[];
        };
        StolenDeviceRequest: {
            authenticatorIds: components["schemas"]["Identifier"][];
            moveToPolicyId?: components["schemas"]["Identifier"];
            reason: components["schemas"]["ReasonText"];
        };
        StopAnswer: {
            asOfMs: components["schemas"]["EpochMs"];
            ended: {
                apiKeys: {
                    id: components["schemas"]["Identifier"];
                    name: components["schemas"]["DisplayText"];
                }[];
                appPasswords: number;
                authenticators: number;
                codesAndChallenges: number;
                sessions: number;
            };
            endpoints: components["schemas"]["StoppedEndpoint"][];
            lock: {
                atMs: components["schemas"]["EpochMs"];
                authenticators: {
                    id: components["schemas"]["Identifier"];
                    kind: components["schemas"]["StoppedKind"];
                    label: string;
                }[];
                by: string;
                byName: string | null;
                byPerson: string | null;
                reason: string;
            } | null;
            stolenDevice: {
                atMs: components["schemas"]["EpochMs"];
                authenticators: {
                    id: components["schemas"]["Identifier"];
                    kind: components["schemas"]["StoppedKind"];
                    label: string;
                }[];
                by: string;
                byName: string | null;
                byPerson: string | null;
                reason: string;
            } | null;
        };
        StoppedEndpoint: {
            connected: boolean;
            doneAtMs: components["schemas"]["EpochMs"] | null;
            endpointId: components["schemas"]["Identifier"];
            endpointName: components["schemas"]["DisplayText"];
            /** @enum {string} */
            endpointStatus: "active" | "revoked";
            lastContactAtMs: components["schemas"]["EpochMs"] | null;
            offlineSignInsLeft: number;
            orderedAtMs: components["schemas"]["EpochMs"];
            /** @enum {string} */
            reason: "user-disabled" | "user-deleted" | "device-stolen" | "token-revoked" | "phone-revoked" | "endpoint-revoked" | "offline-disallowed" | "password-changed";
            site: components["schemas"]["DisplayText"];
            /** @enum {string} */
            state: "done" | "pending";
            usableUntilMs: components["schemas"]["EpochMs"] | null;
        };
        /** @enum {string} */
        StoppedKind: "hotp" | "totp" | "passkey" | "recovery-code" | "pin" | "card" | "sms-code" | "email-code" | "phone";
        TemporaryCodeCreated: {
            code: string;
            expiresAtMs: components["schemas"]["EpochMs"];
            id: components["schemas"]["Identifier"];
            tell: string[];
        };
        TemporaryCodeCreation: {
            lifetime: components["schemas"]["Duration"];
            reason: components["schemas"]["ReasonText"];
            timeZone?: string;
            use: components["schemas"]["TemporaryCodeUse"];
            workflows?: components["schemas"]["TemporaryCodeWorkflow"][];
        };
        TemporaryCodeSettings: {
            allowed: boolean;
            /** @enum {string} */
            alphabet: "letters-and-digits" | "digits";
            length: number;
            longest: components["schemas"]["Duration"];
            onceOnly: boolean;
        };
        TemporaryCodeSettingsChange: {
            temporaryCodes: components["schemas"]["TemporaryCodeSettings"];
            version?: number;
        };
        /** @enum {string} */
        TemporaryCodeUse: "once" | "multiple";
        TemporaryCodeView: {
            active: components["schemas"]["ActiveTemporaryCode"] | null;
            allowed: boolean;
            eligible: boolean;
            limits: {
                longest: components["schemas"]["Duration"];
                onceOnly: boolean;
                workflows: components["schemas"]["TemporaryCodeWorkflow"][];
            };
            may: boolean;
            warnings: {
                code: string;
                message: string;
            }[];
        };
        /** @enum {string} */
        TemporaryCodeWorkflow: "workstation" | "remote-access";
        TokenChange: {
            cacheSize?: number | null;
            confirmWindow?: boolean;
            label?: components["schemas"]["DisplayText"];
            /** @enum {string} */
            status?: "enabled" | "disabled";
            windowSize?: number | null;
        };
        TokenCreationRequest: {
            algorithm?: components["schemas"]["HotpAlgorithm"];
            counter?: number;
            digits?: components["schemas"]["HotpDigits"];
            /** @default hotp */
            kind: components["schemas"]["TokenKind"];
            label?: components["schemas"]["DisplayText"];
            otpauthUri?: string;
            periodSeconds?: components["schemas"]["TotpPeriod"];
            secret?: string;
        };
        TokenEnrolment: {
            otpauthUri: string | null;
            qr: {
                svg: string;
                terminal: string;
            } | null;
            token: components["schemas"]["TokenView"];
            warnings: {
                code: string;
                message: string;
            }[];
        };
        TokenImportAnswer: {
            batchId: components["schemas"]["Identifier"];
            next: number | null;
            rows: components["schemas"]["ImportedRow"][];
            total: number;
            warnings: {
                code: string;
                message: string;
            }[];
        };
        TokenImportRequest: {
            batchId?: components["schemas"]["Identifier"];
            content: string;
            /** @default false */
            dryRun: boolean;
            /** @enum {string} */
            format: "csv" | "pskc";
            /** @default 0 */
            from: number;
            /** @default 1000 */
            limit: number;
            passphrase?: string;
            preSharedKey?: string;
        };
        /** @enum {string} */
        TokenKind: "hotp" | "totp";
        TokenPage: {
            items: components["schemas"]["OwnedTokenView"][];
            next: string | null;
        };
        /** @enum {string} */
        TokenStatus: "enabled" | "disabled" | "revoked" | "pending";
        TokenView: {
            algorithm: components["schemas"]["HotpAlgorithm"];
            cachedOffline: boolean;
            cacheSize: number | null;
            createdAtMs: components["schemas"]["EpochMs"];
            digits: components["schemas"]["HotpDigits"];
            effectiveWindowSize: number;
            exposed: {
                endpointId: components["schemas"]["Identifier"];
                from: number;
                through: number;
            }[];
            id: components["schemas"]["Identifier"];
            kind: components["schemas"]["TokenKind"];
            label: components["schemas"]["DisplayText"];
            nextCounter: number;
            offlineCapable: boolean;
            periodSeconds: components["schemas"]["TotpPeriod"] | null;
            status: components["schemas"]["TokenStatus"];
            userId: components["schemas"]["Identifier"];
            windowSize: number | null;
        };
        TotpPeriod: 30 | 60;
        UserChange: {
            cacheSize?: number | null;
            displayName?: components["schemas"]["DisplayText"];
            policyId?: components["schemas"]["Identifier"];
            status?: components["schemas"]["UserStatus"];
        };
        UserCreation: {
            cacheSize?: number | null;
            displayName?: components["schemas"]["DisplayText"];
            groupIds?: components["schemas"]["Identifier"][];
            password?: components["schemas"]["NewPassword"];
            policyId?: components["schemas"]["Identifier"];
            userName: components["schemas"]["UserName"];
        };
        UserLockRequest: {
            reason: components["schemas"]["ReasonText"];
        };
        UserLockView: {
            asOfMs: components["schemas"]["EpochMs"];
            endpoints: components["schemas"]["StoppedEndpoint"][];
            lock: {
                atMs: components["schemas"]["EpochMs"];
                authenticators: {
                    id: components["schemas"]["Identifier"];
                    kind: components["schemas"]["StoppedKind"];
                    label: string;
                }[];
                by: string;
                byName: string | null;
                byPerson: string | null;
                reason: string;
            } | null;
            stolenDevice: {
                atMs: components["schemas"]["EpochMs"];
                authenticators: {
                    id: components["schemas"]["Identifier"];
                    kind: components["schemas"]["StoppedKind"];
                    label: string;
                }[];
                by: string;
                byName: string | null;
                byPerson: string | null;
                reason: string;
            } | null;
        };
        UserName: string;
        UserPage: {
            items: components["schemas"]["UserView"][];
            next: string | null;
        };
        UserPolicy: {
            enrolment: {
                delaySignIns: number;
                remoteAllowed: boolean;
                remoteByPassword: boolean;
                remoteDelaySignIns: number | null;
                rights: components["schemas"]["Factor"][];
            };
            hotp: {
                remoteAccessWhileCached: boolean;
                windowSize: number;
            };
            lockout: {
                duration: components["schemas"]["Duration"];
                failures: number;
                joinRemoteAccess: boolean;
            };
            offline: {
                bypass: ("code" | "challenge")[];
                cacheSize: number | null;
                destroyAfterFailures: number | null;
                enabled: boolean;
                maxAge: components["schemas"]["Duration"];
                maxSignIns: number | null;
                warnBelow: number;
            };
            password: {
                minimumLength: number;
            };
            pin: {
                maxAge: components["schemas"]["Duration"] | null;
                minimumLength: number;
            };
            push: {
                reportLocks: boolean;
            };
            totp: {
                driftSteps: number;
            };
            workflows: {
                administration: components["schemas"]["WorkflowSteps"];
                "order-signing": components["schemas"]["WorkflowSteps"] | null;
                "remote-access": components["schemas"]["WorkflowSteps"];
                "self-service": components["schemas"]["WorkflowSteps"];
                workstation: components["schemas"]["WorkflowSteps"];
            };
        };
        /** @enum {string} */
        UserStatus: "active" | "disabled";
        UserView: {
            cacheSize: number | null;
            createdAtMs: components["schemas"]["EpochMs"];
            displayName: components["schemas"]["DisplayText"];
            failures: number;
            groups: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            }[];
            hasPassword: boolean;
            id: components["schemas"]["Identifier"];
            lockedUntilMs: components["schemas"]["EpochMs"] | null;
            policyId: components["schemas"]["Identifier"];
            remoteAccess: {
                failures: number;
                lockedUntilMs: components["schemas"]["EpochMs"] | null;
            } | null;
            role: {
                id: components["schemas"]["Identifier"];
                name: components["schemas"]["DisplayText"];
            } | null;
            status: components["schemas"]["UserStatus"];
            tokens: components["schemas"]["TokenView"][];
            userName: components["schemas"]["UserName"];
            warnings: {
                code: string;
                message: string;
            }[];
        };
        /** @enum {string} */
        WebApp: "console" | "portal";
        WebPushChange: {
            subscription: {
                /** Format: uri */
                endpoint: string;
                keys: {
                    auth: components["schemas"]["Base64url"];
                    p256dh: components["schemas"]["Base64url"];
                };
            } | null;
        };
        WebPushView: {
            endpoint: string | null;
            publicKey: components["schemas"]["Base64url"];
        };
        WlmProfileView: {
            authorityPin: components["schemas"]["Base64url"];
            /** @constant */
            name: "wlm";
            notice: string;
            offlineEnabled: boolean;
            offlineLogins: number;
            /** Format: uri */
            serverUrl: string;
            site: components["schemas"]["DisplayText"];
        };
        /** @enum {string} */
        Workflow: "workstation" | "remote-access" | "self-service" | "administration" | "order-signing";
        WorkflowSteps: components["schemas"]["Factor"][][];
    };
    responses: {
        /** @description Refused, or failed; `code` says which, `detail` why. */
        Problem: {
            headers: {
                /** @description Seconds; where waiting helps (429, 503). */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getWellKnownHoldfastSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeySet"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAdministrators: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                roleId?: components["schemas"]["Identifier"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdministratorPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAdministratorsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdministratorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putAdministratorsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleAssignment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdministratorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteAdministratorsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getAlerts: {
        parameters: {
            query?: {
                after?: string;
                endpointId?: components["schemas"]["Identifier"];
                kind?: string;
                limit?: number;
                status?: "open" | "closed";
                userId?: components["schemas"]["Identifier"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postAlertsByIdClosing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getApiKeys: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                status?: "active" | "revoked";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postApiKeys: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyIssued"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteApiKeysById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postAppPasswordChecks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppPasswordCheck"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppPasswordVerdict"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAudit: {
        parameters: {
            query?: {
                after?: string;
                attemptId?: components["schemas"]["Identifier"];
                endpointId?: components["schemas"]["Identifier"];
                format?: "json";
                fromMs?: number;
                limit?: number;
                mode?: "online" | "offline";
                toMs?: number;
                type?: string;
                userId?: components["schemas"]["Identifier"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAuditChains: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditChainPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAuditExport: {
        parameters: {
            query?: {
                attemptId?: components["schemas"]["Identifier"];
                endpointId?: components["schemas"]["Identifier"];
                format?: "ocsf" | "cef" | "csv" | "jsonl";
                fromMs?: number;
                mode?: "online" | "offline";
                toMs?: number;
                type?: string;
                userId?: components["schemas"]["Identifier"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postBackups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postCacheSize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CacheSizeQuestion"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CacheSizeAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCertificateAuthority: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-pem-file": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCertificates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postCertificatesAuthorityRotation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postCertificatesReload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateReload"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getClientProfilesWlm: {
        parameters: {
            query?: {
                format?: "json" | "reg";
                offlineEnabled?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WlmProfileView"];
                    "text/plain; charset=utf-16": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getEndpointEnrolments: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                status?: "open" | "used" | "ended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointEnrolments: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrolmentCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentIssued"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteEndpointEnrolmentsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getEndpoints: {
        parameters: {
            query?: {
                after?: string;
                groupId?: components["schemas"]["Identifier"];
                limit?: number;
                name?: components["schemas"]["DisplayText"];
                site?: components["schemas"]["DisplayText"];
                status?: "active" | "revoked";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrolmentRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getEndpointsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putEndpointsByIdDistrust: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteEndpointsByIdDistrust: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointsByIdRevocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointsSelfAccountChecks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountCheck"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointsSelfBundles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BundleRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BundleAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointsSelfBundlesAcknowledgements: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BundleAcknowledgement"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerMark"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointsSelfContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postEndpointsSelfSlotParameters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SlotParametersRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlotParametersAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getEndpointsSelfStream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getGroups: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postGroups: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getGroupsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteGroupsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchGroupsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupCreation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getGroupsByIdMembers: {
        parameters: {
            query: {
                after?: string;
                kind: "user" | "endpoint";
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchGroupsByIdMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeysView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postKeysBundleRotation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BundleKeyRotation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getKeysMaster: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterKeyView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postKeysMasterRotation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterKeyView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getKeysStatement: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeySet"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postKeysStatement: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeySet"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMaintenanceWindows: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaintenanceWindowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMaintenanceWindows: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MaintenanceWindowCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaintenanceWindowView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMaintenanceWindowsByIdCancellation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaintenanceWindowView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMaintenanceWindowsByIdReadiness: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                state?: "ready" | "gaps" | "nobody";
            };
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getManifest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManifestAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeAppPasswords: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppPasswordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAppPasswords: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppPasswordCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppPasswordIssued"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteMeAppPasswordsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeAuthenticators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAuthenticators: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticatorCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorEnrolment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteMeAuthenticatorsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchMeAuthenticatorsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticatorChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAuthenticatorsByIdTrial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeTrial"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeTrialAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAuthenticatorsPasskeyOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyCreationOptions"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAuthenticatorsPasskeys: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAuthenticatorsProofs: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressProofBegin"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressProof"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeAuthenticatorsProofsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressProofEnd"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeOffline: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnOfflineList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putMePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnPasswordChange"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getMePhones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPhoneList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteMePhonesByPhoneId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                phoneId: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchMePhonesByPhoneId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                phoneId: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnPhoneChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMePhonesRegistrations: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneRegistrationCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRegistration"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMePhonesRegistrationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRegistrationView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteMePhonesRegistrationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRegistrationView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMePhonesRegistrationsByIdConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DigitsConfirmation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRegistrationView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMePhonesRegistrationsByIdDeviceId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceIdEntry"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRegistrationView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMePhonesRegistrationsByIdDiffer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRegistrationView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSessionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteMeSessionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeSessionsEndOthers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeSignIns: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSignInPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeSignInsByIdReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInReport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeSignings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSigningList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMeSigningsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSigningView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeSigningsByIdDecline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSigningView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeSigningsByIdSign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SigningBeginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postMeSigningsByIdSignSteps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SigningStep"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOfflineOutlook: {
        parameters: {
            query?: {
                after?: string;
                endpointId?: components["schemas"]["Identifier"];
                limit?: number;
                userId?: components["schemas"]["Identifier"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutlookPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOutage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutageSummary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOutagePeople: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                obstacle?: components["schemas"]["Obstacle"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutagePeople"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPhoneRegistrationsByIdClaim: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneClaim"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneClaimAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPhoneRegistrationsByIdComplete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneCompletion"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPhoneRegistrationsByIdFinish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneFinish"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPhonePushRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushRequestList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPhonePushRequestsByIdAnswers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PushAnswer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushAnswered"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPhoneStream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Goes on as a WebSocket of such messages. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneStreamMessage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPhoneSync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneSync"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneSyncAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPhoneWebPush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebPushView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putPhoneWebPush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebPushChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebPushView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPolicies: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                name?: components["schemas"]["DisplayText"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPolicies: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPoliciesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deletePoliciesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchPoliciesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postPushChanges: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PushChanges"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushChangesAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRadius: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RadiusView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postRadiusAccessRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RadiusAccessRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RadiusAccessAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postRadiusClients: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RadiusClientCreationRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RadiusClientIssued"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRadiusClientsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchRadiusClientsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RadiusClientChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RadiusClientView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postRadiusClientsByIdSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RadiusClientIssued"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postRadiusServers: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RadiusServerRegistration"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RadiusServerIssued"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRadiusServersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getReference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRestoreReport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreReport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postRestoreReportConfirmations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreConfirmation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoreItem"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRights: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RightSections"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRoles: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postRoles: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRolesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRolesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchRolesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSenders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendersView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteSendersByChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel: components["schemas"]["SendChannel"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postSendersByChannelTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel: components["schemas"]["SendChannel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SenderTest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderTestAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSendersCaught: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaughtMessages"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putSendersEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailSenderChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendersView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putSendersSms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SmsSenderChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendersView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postSessionFresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FreshBeginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSessionFreshSteps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionStep"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSessionPasskeyOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyCreationOptions"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSessionPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSessionSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionBeginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSessionSignInSteps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionStep"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSettingsAuthenticatorApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorAppView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putSettingsAuthenticatorApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticatorAppSettingsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putSettingsTemporaryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemporaryCodeSettingsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSetupChecklist: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checklist"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSetupAdministrator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdministratorSetup"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdministratorSetupAsked"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSetupAdministratorSteps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdministratorSetupStep"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdministratorSetupAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSignIns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBeginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSignInsSteps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInStep"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postSignings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SigningCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningCreated"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSigningsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteSigningsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postTokenImports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenImportRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenImportAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTokenStock: {
        parameters: {
            query?: {
                after?: string;
                batchId?: components["schemas"]["Identifier"];
                limit?: number;
                prefix?: string;
                state?: components["schemas"]["StockState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteTokenStockById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getTokens: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                offlineCapable?: "true" | "false";
                status?: components["schemas"]["TokenStatus"];
                userId?: components["schemas"]["Identifier"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTokensById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchTokensById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTokensByIdCacheRecommendation: {
        parameters: {
            query?: {
                days?: number;
                expectedDaysOffline?: number;
                variancePercent?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CacheRecommendation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postTokensByIdCacheRecommendation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecommendationApplication"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecommendationApplied"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postTokensByIdResynchronisation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Resynchronisation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postTokensByIdRevocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsers: {
        parameters: {
            query?: {
                after?: string;
                groupId?: components["schemas"]["Identifier"];
                limit?: number;
                policyId?: components["schemas"]["Identifier"];
                prefix?: string;
                status?: components["schemas"]["UserStatus"];
                userName?: components["schemas"]["UserName"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdAuthenticators: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdAuthenticators: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticatorCreation"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorEnrolment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUsersByIdAuthenticatorsByAuthenticatorId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authenticatorId: components["schemas"]["Identifier"];
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchUsersByIdAuthenticatorsByAuthenticatorId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authenticatorId: components["schemas"]["Identifier"];
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticatorChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdAuthenticatorsByAuthenticatorIdTrial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                authenticatorId: components["schemas"]["Identifier"];
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeTrial"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeTrialAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdAuthenticatorsProofs: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressProofBegin"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressProof"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdAuthenticatorsProofsByProofId: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
                proofId: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressProofEnd"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdBypass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BypassStanding"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdBypassCodes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BypassCodeRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BypassCodeAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdBypassResponses: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BypassResponseRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BypassResponseAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdHardwareTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HardwareTokenGift"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HardwareTokenAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdLock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserLockView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdLock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserLockRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StopAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUsersByIdLock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserLockView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putUsersByIdPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdPhones: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUsersByIdPhonesByPhoneId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
                phoneId: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    patchUsersByIdPhonesByPhoneId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
                phoneId: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdProofing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofingView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdProofing: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofingRecordRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofingView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUsersByIdProofing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofingView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdProofingConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofingConfirmation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofingView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdPush: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putUsersByIdPush: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PushChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdStolenDevice: {
        parameters: {
            query?: {
                authenticatorIds?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StolenDevicePreview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdStolenDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StolenDeviceRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StopAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUsersByIdTemporaryCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporaryCodeView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdTemporaryCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemporaryCodeCreation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporaryCodeCreated"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUsersByIdTemporaryCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenCreationRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenEnrolment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postUsersByIdUnlock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Identifier"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getHealthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getReadyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
