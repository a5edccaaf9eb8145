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
 * @param firstMessages any of these states of the room's first message
 * @param text folded; part of the title or the incident's id
 * @param from the earliest time of declaration
 * @param to the time of declaration is before
 */
record RoomFilter(
        Set<State> states,
        @Nullable Platform platform,
        @Nullable Severity severity,
        Set<FirstMessage> firstMessages,
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
                query.anyOf("firstMessage", List.of(FirstMessage.values())),
                query.findText("region", 255),
                text == null ? null : Room.folded(text),
                query.findTime("from"),
                query.findTime("to"));
    }

    /** Whether the tenant's kept totals say how many rooms of each state there are. */
    boolean isOfStateAlone() {
        return platform == null
                && severity == null
                && firstMessages.isEmpty()
                && region == null
                && text == null
                && from == null
                && to == null;
    }

    /** The conditions that the order of a page is an index for, to stand behind others. */
    String indexed() {
        var sql = new StringBuilder();
        when(sql, states.size() == 1, "state = :state");
        when(sql, from != null, "declared_at >= :from");
        when(sql, to != null, "declared_at < :to");
        return sql.toString();
    }

    /** The conditions that each row is looked at for, to stand behind others; empty when there is none. */
    String sifted() {
        var sql = new StringBuilder();
        when(sql, states.size() > 1, "state = ANY(:states)");
        when(sql, platform != null, "platform = :platform");
        when(sql, severity != null, "severity = :severity");
        when(sql, !firstMessages.isEmpty(), "first_message = ANY(:firstMessages)");
        when(sql, region != null, "region = :region");
        // Not LIKE: a text has no wildcards then.
        when(sql, text != null, "strpos(search_text, :text) > 0");
        return sql.toString();
    }

    /** Gives {@link #indexed()} its values. */
    void bindIndexedTo(Query query) {
        if (states.size() == 1) {
            query.bind("state", states.iterator().next().name());
        }
        if (from != null) {
            query.bind("from", from.atOffset(ZoneOffset.UTC));
        }
        if (to != null) {
            query.bind("to", to.atOffset(ZoneOffset.UTC));
        }
    }

    /** Gives {@link #sifted()} its values. */
    void bindSiftedTo(Query query) {
        if (states.size() > 1) {
            bindNames(query, "states", states);
        }
        if (platform != null) {
            query.bind("platform", platform.name());
        }
        if (severity != null) {
            query.bind("severity", severity.name());
        }
        if (!firstMessages.isEmpty()) {
            bindNames(query, "firstMessages", firstMessages);
        }
        if (region != null) {
            query.bind("region", region);
        }
        if (text != null) {
            query.bind("text", text);
        }
    }

    private static void bindNames(Query query, String name, Set<? extends Enum<?>> values) {
        query.bindArray(name, String.class, values.stream().map(Enum::name).toArray());
    }

    private static void when(StringBuilder sql, boolean given, String condition) {
        if (given) {
            sql.append("\n AND ").append(condition);
        }
    }
}
