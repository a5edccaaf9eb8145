package io.warroom.simulator.witness;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong, with which calls, how often and when; immutable.
 *
 * @param tenant whose calls; null means everybody's, those of nobody included
 * @param platform null means all
 * @param endpoint as the counters name it; null means all
 * @param share of the calls that fit, above 0 and at most 1
 * @param times how many calls it hits before it is gone
 * @param from when it begins
 * @param until when it is over, or null
 * @param latency how late the answer is; of a hang how long it lasts, of a drip the pause behind each byte
 * @param acts whether the platform does what it was asked for, before or although it fails
 * @param code what is refused with
 * @param location where a redirect leads
 * @param bytes how long an oversized body is
 */
public record Fault(
        Kind kind,
        @Nullable String tenant,
        @Nullable Platform platform,
        @Nullable String endpoint,
        double share,
        int times,
        Instant from,
        @Nullable Instant until,
        Latency latency,
        boolean acts,
        String code,
        String location,
        int bytes) {

    /** How a call goes wrong. */
    public enum Kind {
        /** The answer is right, and late. */
        LATENCY,
        /** No answer; the connection is cut when the hang is over. */
        HANG,
        /** The connection is cut before anything is done. */
        RESET_BEFORE,
        /** All is done, and the connection is cut. */
        RESET_AFTER,
        /** All is done, and the connection is cut in the middle of the answer's body. */
        RESET_WITHIN,
        /** The right answer, a byte at a time. */
        DRIP,
        /** 500 in plain text. */
        HTTP_500,
        /** 502 with a gateway's page. */
        HTTP_502_HTML,
        /** 503 with JSON that is none of the platform's. */
        HTTP_503_JSON,
        /** The platform's own "too many calls". */
        THROTTLED,
        /** The platform refuses with a code that its documentation lists. */
        REFUSED,
        /** All tokens of the caller's organisation are taken away just before the call is judged. */
        TOKEN_REVOKED,
        /** 302 to somewhere else, unless told to where a cloud keeps its machines' secrets. */
        REDIRECT,
        /** The right body, called text/html. */
        WRONG_TYPE,
        /** The first half of the right body. */
        TRUNCATED_JSON,
        /** JSON that never ends, and that no platform would begin. */
        WRONG_BODY,
        /** The right answer behind so much white space that it has as many bytes as asked for. */
        OVERSIZED;

        private static final Set<Kind> ACTING =
                Set.of(LATENCY, RESET_AFTER, RESET_WITHIN, DRIP, TOKEN_REVOKED, WRONG_TYPE, TRUNCATED_JSON, OVERSIZED);
        private static final Set<Kind> CHOOSING =
                Set.of(HANG, HTTP_500, HTTP_502_HTML, HTTP_503_JSON, REDIRECT, WRONG_BODY);

        /** Says whether the platform acts unless the test says otherwise. */
        boolean acts() {
            return ACTING.contains(this);
        }

        /** Says whether a test may say otherwise: of the other kinds, acting or not is what they are about. */
        public boolean mayChoose() {
            return CHOOSING.contains(this);
        }
    }

    boolean fits(Instant now, @Nullable Org caller, Platform calledPlatform, String calledEndpoint) {
        return !now.isBefore(from)
                && (until == null || now.isBefore(until))
                && (tenant == null || (caller != null && tenant.equals(caller.tenantId)))
                && (platform == null || platform == calledPlatform)
                && (endpoint == null || endpoint.equals(calledEndpoint));
    }
}
