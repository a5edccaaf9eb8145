package io.warroom.config.token;

import io.warroom.config.access.Caller;
import io.warroom.config.access.TokenRegister;
import io.warroom.config.audit.Audit;
import io.warroom.config.audit.Change;
import io.warroom.config.http.Fields;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Every change of a token, and the look-up at every use: revoked is revoked at once, on every instance. Safe for concurrent use.
 *
 * <p>While the database is away, a token that it vouched for in the last {@link #TRUSTED_WITHOUT_DATABASE} is still taken:
 * an incident is declared when much is down, and no token can be revoked meanwhile either.
 */
public final class ApiTokens implements TokenRegister {

    /** Use is noted at most so often: a token that is used all the time is not a write all the time. */
    static final Duration USE_IS_NOTED_EVERY = Duration.ofMinutes(15);

    static final Duration TRUSTED_WITHOUT_DATABASE = Duration.ofMinutes(10);

    /** Characters of a name, at most. */
    static final int MAX_NAME = 100;

    /** Of a tenant. Writers at the same moment may overstep it by their number. */
    static final int MAX_TOKENS = 50;

    private static final int MAX_REMEMBERED = 10_000;
    private static final Logger log = LoggerFactory.getLogger(ApiTokens.class);

    private final Jdbi jdbi;
    private final Audit audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final ApiTokenStore store = new ApiTokenStore();
    private final Remembered remembered = new Remembered();

    public ApiTokens(Jdbi jdbi, Audit audit, Clock clock) {
        this.jdbi = jdbi;
        this.audit = audit;
        this.clock = clock;
    }

    /** A token that was just made, with its text. */
    public record Made(ApiToken token, NewToken text) {}

    /**
     * Makes a token: {@code name}, and {@code expiresAt} unless it holds until it is revoked.
     *
     * @throws Problem 422 naming every field at fault, 409 when the tenant has too many
     */
    public Made create(TenantId tenant, Fields body, String createdBy) {
        var name = body.requireText("name", MAX_NAME);
        var expiresAt = expiry(body, clock.instant());
        body.requireValid();
        var text = NewToken.create(random);
        var token = new ApiToken(UUID.randomUUID(), tenant, name, now(), createdBy, expiresAt, null, null);
        jdbi.useTransaction(handle -> {
            if (store.of(handle, tenant).size() >= MAX_TOKENS) {
                throw new Problem(
                        HttpStatus.CONFLICT,
                        "too-many-tokens",
                        "The tenant has " + MAX_TOKENS + " API tokens: revoke one that is not used any more.");
            }
            store.insert(handle, token, NewToken.hash(text.value()));
            audit.record(
                    handle,
                    new Change(
                            tenant, "api-token.created", target(token.id()), Map.of(), state(token), Set.of("token")));
        });
        return new Made(token, text);
    }

    /** The tokens that were not revoked, the newest first. */
    public List<ApiToken> of(TenantId tenant) {
        return jdbi.withHandle(handle -> store.of(handle, tenant));
    }

    /** @throws Problem 404 when the tenant has no such token */
    public void revoke(TenantId tenant, UUID id) {
        jdbi.useTransaction(handle -> {
            var token = store.revoke(handle, tenant, id, now())
                    .orElseThrow(() -> new Problem(
                            HttpStatus.NOT_FOUND,
                            "no-such-token",
                            "The tenant has no such API token; perhaps it was revoked before."));
            audit.record(handle, new Change(tenant, "api-token.revoked", target(id), state(token), Map.of(), Set.of()));
        });
    }

    private static @Nullable Instant expiry(Fields body, Instant now) {
        var text = body.findText("expiresAt", 64);
        if (text == null) {
            return null;
        }
        try {
            var time = Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
            if (!time.isAfter(now) || time.isAfter(Instant.parse("9999-12-31T00:00:00Z"))) {
                body.refuse("expiresAt", "must be in the future; left out, the token holds until it is revoked");
            }
            return time;
        } catch (DateTimeParseException _) {
            body.refuse("expiresAt", "must be a time like 2027-10-01T00:00:00Z");
            return null;
        }
    }

    @Override
    public boolean isToken(String bearer) {
        return bearer.startsWith(NewToken.PREFIX);
    }

    @Override
    public Optional<Caller> find(String bearer) {
        if (!NewToken.isShaped(bearer)) {
            return Optional.empty();
        }
        var now = clock.instant();
        var hash = NewToken.hash(bearer);
        return lookUp(hash, now).filter(token -> token.holds(now)).map(ApiTokens::caller);
    }

    private Optional<ApiToken> lookUp(byte[] hash, Instant now) {
        Optional<ApiToken> found;
        try {
            found = jdbi.withHandle(handle -> store.find(handle, hash));
        } catch (JdbiException e) {
            var known = remembered.find(hash, now);
            if (known.isEmpty()) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("tenant", known.get().tenant().value())
                    .addKeyValue("tokenId", known.get().id())
                    .log("The database does not answer: the API token is taken as it was a short while ago");
            return known;
        }
        remembered.note(hash, found.filter(token -> token.holds(now)), now);
        found.filter(token -> token.holds(now)).ifPresent(token -> noteUse(token, now));
        return found;
    }

    private void noteUse(ApiToken token, Instant now) {
        var unlessSince = now.minus(USE_IS_NOTED_EVERY);
        var last = token.lastUsedAt();
        if (last != null && !last.isBefore(unlessSince)) {
            return;
        }
        try {
            jdbi.useHandle(
                    handle -> store.noteUse(handle, token.id(), now.truncatedTo(ChronoUnit.MINUTES), unlessSince));
        } catch (JdbiException e) {
            // Worth less than the incident that it comes with.
            log.atWarn().addKeyValue("tokenId", token.id()).setCause(e).log("The use of an API token was not noted");
        }
    }

    private static Caller caller(ApiToken token) {
        return Caller.incidentSystem(token.id().toString(), token.tenant().value());
    }

    private static String target(UUID id) {
        return "api-tokens/" + id;
    }

    private static Map<String, Object> state(ApiToken token) {
        var state = new LinkedHashMap<String, Object>();
        state.put("name", token.name());
        var expires = token.expiresAt();
        if (expires != null) {
            state.put("expiresAt", expires.toString());
        }
        return state;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** What the database vouched for lately, by hash; of too many, those used longest ago are forgotten. */
    private static final class Remembered {

        private record Vouched(ApiToken token, Instant at) {}

        private final Map<ByteBuffer, Vouched> byHash = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Vouched> eldest) {
                return size() > MAX_REMEMBERED;
            }
        };

        synchronized void note(byte[] hash, Optional<ApiToken> token, Instant now) {
            var key = ByteBuffer.wrap(hash);
            token.ifPresentOrElse(good -> byHash.put(key, new Vouched(good, now)), () -> byHash.remove(key));
        }

        synchronized Optional<ApiToken> find(byte[] hash, Instant now) {
            return Optional.ofNullable(byHash.get(ByteBuffer.wrap(hash)))
                    .filter(known -> known.at().plus(TRUSTED_WITHOUT_DATABASE).isAfter(now))
                    .map(Vouched::token);
        }
    }
}
