package io.warroom.config.room;

import io.warroom.config.http.QueryParameters;
import io.warroom.event.Platform;
import io.warroom.event.Severity;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Which rooms a list shows; what is null or empty selects nothing out.
 *
 * @param text folded; part of the title or the incident's id
 * @param from the earliest time of declaration
 * @param to the time of declaration is before
 */
record RoomFilter(
        Set<State> states,
        @Nullable Platform platform,
        @Nullable Severity severity,
        @Nullable String region,
        @Nullable String text,
        @Nullable Instant from,
        @Nullable Instant to) {

    private static final List<Platform> PLATFORMS = List.of(Platform.WECOM, Platform.DINGTALK, Platform.LARK);
    private static final List<Severity> SEVERITIES =
            List.of(Severity.P1, Severity.P2, Severity.P3, Severity.P4, Severity.P5);

    /** The filter of a request; what is wrong with it is noted in {@code query}. */
    static RoomFilter of(QueryParameters query) {
        var text = query.findText("q", 255);
        return new RoomFilter(
                query.anyOf("state", List.of(State.values())),
                query.findOneOf("platform", PLATFORMS),
                query.findOneOf("severity", SEVERITIES),
                query.findText("region", 255),
                text == null ? null : Room.folded(text),
                query.findTime("from"),
                query.findTime("to"));
    }

    /** The conditions but the one on the state, to stand behind others. */
    String conditions() {
        var sql = new StringBuilder();
        when(sql, platform, "platform = :platform");
        when(sql, severity, "severity = :severity");
        when(sql, region, "region = :region");
        // Not LIKE: a text has no wildcards then.
        when(sql, text, "strpos(search_text, :text) > 0");
        when(sql, from, "declared_at >= :from");
        when(sql, to, "declared_at < :to");
        return sql.toString();
    }

    /** The condition on the state, to stand behind others. */
    String ofState() {
        return states.isEmpty() ? "" : "\n AND state = ANY(:states)";
    }

    /** Gives {@link #conditions()} their values. */
    void bindTo(Query query) {
        if (platform != null) {
            query.bind("platform", platform.name());
        }
        if (severity != null) {
            query.bind("severity", severity.name());
        }
        if (region != null) {
            query.bind("region", region);
        }
        if (text != null) {
            query.bind("text", text);
        }
        if (from != null) {
            query.bind("from", from.atOffset(ZoneOffset.UTC));
        }
        if (to != null) {
            query.bind("to", to.atOffset(ZoneOffset.UTC));
        }
    }

    /** Gives {@link #ofState()} its value. */
    void bindStateTo(Query query) {
        if (!states.isEmpty()) {
            query.bindArray(
                    "states", String.class, states.stream().map(State::name).toArray());
        }
    }

    private static void when(StringBuilder sql, @Nullable Object given, String condition) {
        if (given != null) {
            sql.append("\n AND ").append(condition);
        }
    }
}
