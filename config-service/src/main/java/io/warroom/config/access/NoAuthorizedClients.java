package io.warroom.config.access;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;

/** Keeps no access or refresh token of a person who signed in: nothing here calls the issuer on a person's behalf. Stateless. */
final class NoAuthorizedClients implements OAuth2AuthorizedClientService {

    @Override
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // null is what the interface says for none
    public <T extends OAuth2AuthorizedClient> T loadAuthorizedClient(
            String clientRegistrationId, String principalName) {
        return null;
    }

    @Override
    public void saveAuthorizedClient(OAuth2AuthorizedClient authorizedClient, Authentication principal) {
        // Not kept.
    }

    @Override
    public void removeAuthorizedClient(String clientRegistrationId, String principalName) {
        // There is none.
    }
}
