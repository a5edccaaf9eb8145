package io.warroom.config.idempotency;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.config.http.Sha256;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.IdempotencyStore.HashedKey;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * Does a request once for its {@code Idempotency-Key}, and repeats its answer for a day. No transaction is open while the
 * request is done. Only answers of success are kept: what failed may be sent again under the same key. Safe for concurrent use.
 */
public final class IdempotencyKeys {

    /** The request's header. */
    public static final String HEADER = "Idempotency-Key";

    /** Set on an answer that was given before. */
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final Logger log = LoggerFactory.getLogger(IdempotencyKeys.class);

    private static final Duration LIFE = Duration.ofHours(24);

    /** Expired keys are deleted by the requests that come after, a few more than each adds. */
    private static final int DELETED_PER_REQUEST = 10;

    private static final Pattern SHAPE = Pattern.compile("[!-~]{1,255}");

    private final Jdbi jdbi;
    private final Clock clock;
    private final Duration longestWork;
    private final int perDay;
    private final KeptKeys counts = new KeptKeys();
    private final IdempotencyStore store = new IdempotencyStore();

    /** What is done once. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        IdempotentAnswer run() throws InterruptedException;
    }

    /**
     * @param longestWork a claim so old has no owner any more, and whoever repeats the request takes it over
     * @param perDay so many keys are kept of a tenant at a time, at least 1; requests at one moment may go a few beyond
     */
    public IdempotencyKeys(Jdbi jdbi, Clock clock, Duration longestWork, int perDay) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.longestWork = longestWork;
        this.perDay = perDay;
    }

    /**
     * Does the work; with a key, once. Without a key the database is not touched.
     *
     * @param route the address under the tenant; a key counts on one route of one tenant
     * @param body as it came: the same request has the same bytes
     * @param conditions what else makes it the same request
     * @throws Problem 400 when the key is none, 409 when the same request is under way, 422 when the key was used for another,
     *     429 when the tenant has as many keys as it may
     */
    public ResponseEntity<AnswerBody> once(
            TenantId tenant, String route, @Nullable String key, byte[] body, String conditions, Work work)
            throws InterruptedException {
        if (key == null) {
            var answer = work.run();
            return answered(answer, answer.body(), false);
        }
        if (!SHAPE.matcher(key).matches()) {
            var wrong = new FieldError(HEADER, "must be 1 to 255 visible ASCII characters, such as a UUID");
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid-idempotency-key", HEADER + " " + wrong.message(), List.of(wrong));
        }
        var stored = new HashedKey(tenant.value(), route, Sha256.of(key.getBytes(US_ASCII)));
        var bodyHash = Sha256.of(request(key, body, conditions));
        var claim = UUID.randomUUID();
        var earlier = jdbi.inTransaction(handle -> {
            var now = clock.instant();
            store.deleteExpired(handle, now, DELETED_PER_REQUEST);
            if (store.claim(handle, stored, bodyHash, claim, now, longestWork, LIFE)) {
                requirePlace(handle, tenant, now);
                return null;
            }
            return store.find(handle, stored).map(it -> repeated(it, bodyHash)).orElseThrow(IdempotencyKeys::underWay);
        });
        if (earlier != null) {
            return answered(earlier, earlier.repeated(), true);
        }
        var answer = done(stored, claim, work);
        return answered(answer, answer.body(), false);
    }

    /** Behind the claim, which is taken back when there is none: what is kept is still repeated. */
    private void requirePlace(Handle handle, TenantId tenant, Instant now) {
        var kept = counts.withOneMore(
                tenant.value(), now, perDay, () -> store.kept(handle, tenant.value(), now, perDay + 1));
        if (kept.count() > perDay) {
            throw Problem.later(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "too-many-keys",
                    "The tenant sent " + perDay + " requests with an " + HEADER
                            + " within the last day, which is as many as are kept: send this one without, or later.",
                    Duration.between(now, kept.firstExpires()));
        }
    }

    /** With the key, which is nowhere else in clear: nobody can try from the table alone which secret a body had. */
    private static byte[] request(String key, byte[] body, String conditions) {
        var all = new ByteArrayOutputStream();
        all.writeBytes((key + "\n" + conditions + "\n").getBytes(UTF_8));
        all.writeBytes(body);
        return all.toByteArray();
    }

    private IdempotentAnswer done(HashedKey key, UUID claim, Work work) throws InterruptedException {
        IdempotentAnswer answer;
        try {
            answer = work.run();
        } catch (RuntimeException | InterruptedException e) {
            release(key, claim, e);
            throw e;
        }
        try {
            boolean kept = jdbi.inTransaction(handle -> store.answer(handle, key, claim, answer));
            if (!kept) {
                log.atWarn()
                        .addKeyValue("tenant", key.tenant())
                        .log("A request took longer than its key was held for it");
            }
        } catch (JdbiException e) {
            // It is done, and its caller is told so. Whoever repeats it waits until the claim is dead, and does it
            // again.
            log.atWarn().addKeyValue("tenant", key.tenant()).setCause(e).log("An answer could not be kept for its key");
        }
        return answer;
    }

    private void release(HashedKey key, UUID claim, Exception why) {
        try {
            jdbi.useTransaction(handle -> store.release(handle, key, claim));
        } catch (JdbiException e) {
            why.addSuppressed(e);
        }
    }

    private static IdempotentAnswer repeated(IdempotencyStore.Taken taken, byte[] bodyHash) {
        if (!MessageDigest.isEqual(taken.bodyHash(), bodyHash)) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "idempotency-key-reused",
                    "This " + HEADER + " was sent with another body within the last day: give each request its own.",
                    List.of(new FieldError(HEADER, "was sent with another body: give each request its own")));
        }
        var answer = taken.answer();
        if (answer == null) {
            throw underWay();
        }
        return answer;
    }

    private static Problem underWay() {
        return new Problem(
                HttpStatus.CONFLICT,
                "request-under-way",
                "The same request is under way: wait a moment and send it again, its answer will be repeated.");
    }

    private static ResponseEntity<AnswerBody> answered(IdempotentAnswer answer, String body, boolean replayed) {
        var headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        if (answer.etag() != null) {
            headers.setETag(answer.etag());
        }
        if (replayed) {
            headers.set(REPLAYED, "true");
        }
        return ResponseEntity.status(answer.status()).headers(headers).body(new AnswerBody(body));
    }
}
