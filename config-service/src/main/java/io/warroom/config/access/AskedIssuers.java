package io.warroom.config.access;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an issuer was asked, until the browser comes back from its page. The browser itself keeps it, sealed by a key that this
 * process made: who never comes back takes no memory here, and nobody comes back with a question that was not asked. A process that
 * has been started anew has to be asked anew. Safe for concurrent use.
 */
final class AskedIssuers implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] CONTEXT = "asked of an issuer".getBytes(StandardCharsets.UTF_8);

    private final SmallCookie cookie;
    private final Clock clock;
    private final Aead sealing;

    AskedIssuers(boolean secure, Clock clock) {
        this.cookie = new SmallCookie("WARROOM_ASKED", "/login/oauth2/code", secure);
        this.clock = clock;
        try {
            AeadConfig.register();
            this.sealing = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, RegistryConfiguration.get())
                    .getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }

    private record Asked(
            String registration,
            String clientId,
            String authorizationUri,
            String state,
            String redirectUri,
            Set<String> scopes,
            @Nullable String nonce,
            @Nullable String codeVerifier,
            Instant until) {}

    @Override
    public void saveAuthorizationRequest(
            OAuth2AuthorizationRequest question, HttpServletRequest request, HttpServletResponse response) {
        var asked = new Asked(
                String.valueOf(question.<Object>getAttribute(OAuth2ParameterNames.REGISTRATION_ID)),
                question.getClientId(),
                question.getAuthorizationUri(),
                String.valueOf(question.getState()),
                String.valueOf(question.getRedirectUri()),
                new HashSet<>(question.getScopes()),
                question.getAttribute(OidcParameterNames.NONCE),
                question.getAttribute(PkceParameterNames.CODE_VERIFIER),
                clock.instant().plus(SmallCookie.KEPT));
        try {
            cookie.keep(sealing.encrypt(JSON.writeValueAsBytes(asked), CONTEXT), response);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing what is asked of an issuer", e);
        }
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
        var state = request.getParameter(OAuth2ParameterNames.STATE);
        return state == null
                ? null
                : cookie.read(request)
                        .flatMap(this::opened)
                        .filter(asked -> same(asked.state(), state))
                        .filter(asked -> clock.instant().isBefore(asked.until()))
                        .map(AskedIssuers::question)
                        .orElse(null);
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(
            HttpServletRequest request, HttpServletResponse response) {
        var question = loadAuthorizationRequest(request);
        cookie.forget(response);
        return question;
    }

    private Optional<Asked> opened(byte[] sealed) {
        try {
            return Optional.of(JSON.readValue(sealing.decrypt(sealed, CONTEXT), Asked.class));
        } catch (GeneralSecurityException | JacksonException _) {
            // Not sealed by this process: of another one, of an earlier one, or made up.
            return Optional.empty();
        }
    }

    private static OAuth2AuthorizationRequest question(Asked asked) {
        return OAuth2AuthorizationRequest.authorizationCode()
                .clientId(asked.clientId())
                .authorizationUri(asked.authorizationUri())
                .redirectUri(asked.redirectUri())
                .scopes(asked.scopes())
                .state(asked.state())
                .attributes(attributes -> {
                    attributes.put(OAuth2ParameterNames.REGISTRATION_ID, asked.registration());
                    if (asked.nonce() != null) {
                        attributes.put(OidcParameterNames.NONCE, asked.nonce());
                    }
                    if (asked.codeVerifier() != null) {
                        attributes.put(PkceParameterNames.CODE_VERIFIER, asked.codeVerifier());
                    }
                })
                .build();
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
