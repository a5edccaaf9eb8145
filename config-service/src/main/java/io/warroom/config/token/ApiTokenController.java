package io.warroom.config.token;

import io.warroom.config.audit.Actor;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.AnswerBody;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.idempotency.IdempotentAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** {@code /api/v1/tenants/{tenantId}/api-tokens}. A token is in the answer to its making and nowhere else. Thread-safe. */
@RestController
@RequestMapping(path = "/api/v1/tenants/{tenantId}/api-tokens", produces = MediaType.APPLICATION_JSON_VALUE)
public final class ApiTokenController {

    /** Characters of a name, at most. */
    static final int MAX_NAME = 100;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ApiTokens tokens;
    private final IdempotencyKeys keys;
    private final Clock clock;
    private final Supplier<Actor> actors;

    /** @param actors who makes the request that this thread answers */
    public ApiTokenController(ApiTokens tokens, IdempotencyKeys keys, Clock clock, Supplier<Actor> actors) {
        this.tokens = tokens;
        this.keys = keys;
        this.clock = clock;
        this.actors = actors;
    }

    /** The tokens that were not revoked. */
    @GetMapping
    public Map<String, Object> list(@PathVariable("tenantId") String tenantId) {
        var now = clock.instant();
        List<Map<String, Object>> shown = tokens.of(new TenantId(tenantId)).stream()
                .map(token -> shown(token, now))
                .toList();
        return Map.of("apiTokens", shown);
    }

    /** Makes a token and shows it, this once: an answer that is repeated for its key is without it. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> create(
            @PathVariable("tenantId") String tenantId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var bytes = JsonBody.bytes(body);
        return keys.once(tenant, "api-tokens", key, bytes, "", () -> {
            var made =
                    tokens.create(tenant, JsonBody.fields(bytes), actors.get().subject());
            var shown = shown(made.token(), clock.instant());
            var withoutToken = JSON.writeValueAsString(shown);
            shown.put("token", made.text());
            return IdempotentAnswer.of(HttpStatus.CREATED.value(), JSON.writeValueAsString(shown))
                    .repeatedAs(withoutToken);
        });
    }

    /** Revokes a token: from now on it is refused. */
    @DeleteMapping("/{tokenId}")
    public ResponseEntity<Void> revoke(
            @PathVariable("tenantId") String tenantId, @PathVariable("tokenId") String tokenId) {
        tokens.revoke(new TenantId(tenantId), id(tokenId));
        return ResponseEntity.noContent().build();
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(
                    HttpStatus.NOT_FOUND,
                    "no-such-token",
                    "The tenant has no such API token: tokens are named by their tokenId, not by themselves.");
        }
    }

    private static Map<String, Object> shown(ApiToken token, Instant now) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("tokenId", token.id().toString());
        shown.put("name", token.name());
        shown.put("createdAt", token.createdAt().toString());
        shown.put("createdBy", token.createdBy());
        shown.put("expired", !token.holds(now));
        putTime(shown, "expiresAt", token.expiresAt());
        putTime(shown, "lastUsedAt", token.lastUsedAt());
        return shown;
    }

    private static void putTime(Map<String, Object> shown, String field, @Nullable Instant time) {
        if (time != null) {
            shown.put(field, time.toString());
        }
    }
}
