package io.warroom.platform.http;

import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What came back from one request. Holds no URL: WeCom carries its token in it. */
public sealed interface Reply {

    /** How long to wait when a platform cannot be reached. */
    Duration UNREACHABLE_PAUSE = Duration.ofSeconds(2);

    /**
     * JSON, of whatever status.
     *
     * @param headers the first value of each, names in lower case
     */
    record Answer(int status, JsonNode body, Map<String, String> headers) implements Reply {}

    /**
     * The request was held back by us.
     *
     * @param pause how long to wait
     */
    record Held(String words, Duration pause) implements Reply {}

    /** The request never left. */
    record NotReached(String words) implements Reply {}

    /** The request left, and what came back is no answer of the platform. */
    record Lost(String words) implements Reply {}

    /** The outcome of a call that was held back. */
    static <T> Outcome<T> held(Held reply) {
        return new Outcome.NotYet<>(new Failure(Failure.Kind.THROTTLED, reply.words(), null, null), reply.pause());
    }

    /** The outcome of a write when there is no answer. */
    static <T> Outcome<T> notReached(NotReached reply) {
        return new Outcome.NotYet<>(
                new Failure(Failure.Kind.UNREACHABLE, reply.words(), null, null), UNREACHABLE_PAUSE);
    }

    /** The outcome of a write when the answer is lost. */
    static <T> Outcome<T> lost(Lost reply) {
        return new Outcome.Unknown<>(new Failure(Failure.Kind.UNREACHABLE, reply.words(), null, null));
    }
}
