package io.warroom.config.room;

import io.warroom.config.room.Saying.Closing;
import io.warroom.config.room.Saying.Declaration;
import io.warroom.config.room.Saying.Failing;
import io.warroom.config.room.Saying.Opening;
import io.warroom.config.room.Saying.Parking;
import io.warroom.config.room.Saying.Resolution;
import io.warroom.config.room.Saying.TakenBack;
import io.warroom.config.room.Saying.Update;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the topics have said of one incident. A pure function of the set of records: of each topic the last record counts,
 * of updates the last one of each field and the {@link #UPDATES} newest. So records may be heard in any order across and
 * within topics, any number of times, and the facts are the same. Immutable; kept as JSON.
 */
record Facts(
        @Nullable Said<Declaration> declared,
        @Nullable Said<Parking> parked,
        @Nullable Said<Opening> opened,
        @Nullable Said<Failing> failed,
        @Nullable Said<Closing> closed,
        @Nullable Said<Resolution> resolved,
        @Nullable Said<String> title,
        @Nullable Said<String> severity,
        @Nullable Said<String> impact,
        List<Said<Update>> updates) {

    /** So many are kept of an incident, the newest: a row must not grow for ever. */
    static final int UPDATES = 50;

    /** Before anything was said. */
    static final Facts NONE = new Facts(null, null, null, null, null, null, null, null, null, List.of());

    /** The facts, this record included. */
    Facts and(Heard heard) {
        return switch (heard.saying()) {
            case Declaration it ->
                new Facts(
                        last(declared, heard, it),
                        parked,
                        opened,
                        failed,
                        closed,
                        resolved,
                        title,
                        severity,
                        impact,
                        updates);
            case Parking it -> withParked(last(parked, heard, it));
            case Opening it -> withOpened(last(opened, heard, it));
            case Failing it -> withFailed(last(failed, heard, it));
            case Closing it -> withClosed(last(closed, heard, it));
            case Resolution it ->
                new Facts(
                        declared,
                        parked,
                        opened,
                        failed,
                        closed,
                        last(resolved, heard, it),
                        title,
                        severity,
                        impact,
                        updates);
            case Update it ->
                new Facts(
                        declared,
                        parked,
                        opened,
                        failed,
                        closed,
                        resolved,
                        it.title() == null ? title : last(title, heard, it.title()),
                        it.severity() == null ? severity : last(severity, heard, it.severity()),
                        it.impact() == null ? impact : last(impact, heard, it.impact()),
                        newest(new Said<>(heard.era(), heard.partition(), heard.offset(), it)));
            case TakenBack topic ->
                switch (topic) {
                    case PARKED -> withParked(last(parked, heard, null));
                    case OPENED -> withOpened(last(opened, heard, null));
                    case FAILED -> withFailed(last(failed, heard, null));
                    case CLOSED -> withClosed(last(closed, heard, null));
                };
        };
    }

    private static <T> Said<T> last(@Nullable Said<T> before, Heard heard, @Nullable T value) {
        return Said.last(before, new Said<>(heard.era(), heard.partition(), heard.offset(), value));
    }

    private List<Said<Update>> newest(Said<Update> update) {
        if (updates.stream().anyMatch(known -> Said.BY_PLACE.compare(known, update) == 0)) {
            return updates;
        }
        var all = new ArrayList<>(updates);
        all.add(update);
        all.sort(Said.BY_PLACE);
        return List.copyOf(all.subList(Math.max(0, all.size() - UPDATES), all.size()));
    }

    private Facts withParked(Said<Parking> said) {
        return new Facts(declared, said, opened, failed, closed, resolved, title, severity, impact, updates);
    }

    private Facts withOpened(Said<Opening> said) {
        return new Facts(declared, parked, said, failed, closed, resolved, title, severity, impact, updates);
    }

    private Facts withFailed(Said<Failing> said) {
        return new Facts(declared, parked, opened, said, closed, resolved, title, severity, impact, updates);
    }

    private Facts withClosed(Said<Closing> said) {
        return new Facts(declared, parked, opened, failed, said, resolved, title, severity, impact, updates);
    }
}
