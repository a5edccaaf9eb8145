package io.warroom.config.room;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.warroom.config.room.Saying.Closing;
import io.warroom.config.room.Saying.Declaration;
import io.warroom.config.room.Saying.Failing;
import io.warroom.config.room.Saying.Opening;
import io.warroom.config.room.Saying.Parking;
import io.warroom.config.room.Saying.Resolution;
import io.warroom.config.room.Saying.TakenBack;
import io.warroom.config.room.Saying.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the topics have said of one incident. A pure function of the set of records: of each topic of results the last record counts; of
 * declarations, resolutions and updated fields the event's own time decides; of updates the newest are kept. So records may be heard in
 * any order across and within topics, any number of times, and the facts are the same. At most {@link #MAX_BYTES} as JSON, whatever
 * was said. Immutable; kept as JSON.
 *
 * @param declared the latest declaration, by the time that it names
 * @param earlier others, in the order of that time: the earliest and the latest, at most {@link #EARLIER}
 * @param updates the newest, at most {@link #UPDATES}, and {@link #UPDATES_BYTES}
 * @param forgotten where the newest update stands that is not kept: no older one is kept, also if there were room for it
 */
record Facts(
        @Nullable Said<Declaration> declared,
        List<Said<Declaration>> earlier,
        @Nullable Said<Parking> parked,
        @Nullable Said<Opening> opened,
        @Nullable Said<Failing> failed,
        @Nullable Said<Closing> closed,
        @Nullable Said<Resolution> resolved,
        @Nullable Said<String> title,
        @Nullable Said<String> severity,
        @Nullable Said<String> impact,
        List<Said<Update>> updates,
        @Nullable Said<Update> forgotten) {

    /** A row's facts are no larger: what each part may have adds up to less. */
    static final int MAX_BYTES = 256 * 1024;

    /** So many declarations are kept besides the latest: enough for the one that opened the room. */
    static final int EARLIER = 2;

    /** So many updates are kept of an incident, the newest. */
    static final int UPDATES = 50;

    /** The newest updates that fit into so many bytes are kept. */
    static final int UPDATES_BYTES = 28 * 1024;

    /** Before anything was said. */
    static final Facts NONE =
            new Facts(null, List.of(), null, null, null, null, null, null, null, null, List.of(), null);

    Facts {
        // What was stored before declarations were distinguished has one.
        earlier = requireNonNullElse(earlier, List.<Said<Declaration>>of());
        var kept = JsonSize.last(
                updates.subList(Math.max(0, updates.size() - UPDATES), updates.size()), UPDATES_BYTES, Facts::bytes);
        if (kept.size() < updates.size()) {
            forgotten = Said.last(forgotten, placeOf(updates.get(updates.size() - kept.size() - 1)));
        }
        updates = kept;
    }

    /** The facts, this record included. */
    Facts and(Heard heard) {
        return switch (heard.saying()) {
            case Declaration it -> withDeclared(said(heard, it.declaredAt(), it));
            case Parking it -> withParked(last(parked, heard, it));
            case Opening it -> withOpened(last(opened, heard, it));
            case Failing it -> withFailed(last(failed, heard, it));
            case Closing it -> withClosed(last(closed, heard, it));
            case Resolution it ->
                new Facts(
                        declared,
                        earlier,
                        parked,
                        opened,
                        failed,
                        closed,
                        Said.latest(resolved, said(heard, it.resolvedAt(), it)),
                        title,
                        severity,
                        impact,
                        updates,
                        forgotten);
            case Update it ->
                new Facts(
                        declared,
                        earlier,
                        parked,
                        opened,
                        failed,
                        closed,
                        resolved,
                        latest(title, heard, it.updatedAt(), it.title()),
                        latest(severity, heard, it.updatedAt(), it.severity()),
                        latest(impact, heard, it.updatedAt(), it.impact()),
                        with(said(heard, null, it)),
                        forgotten);
            case TakenBack topic ->
                switch (topic) {
                    case PARKED -> withParked(last(parked, heard, null));
                    case OPENED -> withOpened(last(opened, heard, null));
                    case FAILED -> withFailed(last(failed, heard, null));
                    case CLOSED -> withClosed(last(closed, heard, null));
                };
        };
    }

    /**
     * The declaration that a result is about.
     *
     * @param declaredAt as the result names it
     * @return that of this time; where it is not kept the latest before it, else the earliest; null when there is none
     */
    @Nullable
    Said<Declaration> declaredAt(Instant declaredAt) {
        Said<Declaration> found = null;
        for (var one : declarations()) {
            if (found == null || !time(one).isAfter(declaredAt)) {
                found = one;
            }
        }
        return found;
    }

    /** By {@code declaredAt}. */
    private List<Said<Declaration>> declarations() {
        var all = new ArrayList<>(earlier);
        if (declared != null) {
            all.add(declared);
        }
        return all;
    }

    private Facts withDeclared(Said<Declaration> said) {
        var byTime = new TreeMap<Instant, Said<Declaration>>();
        declarations().forEach(one -> byTime.put(time(one), one));
        byTime.merge(time(said), said, Said::last);
        var latest = requireNonNull(byTime.pollLastEntry()).getValue();
        var others = new ArrayList<>(byTime.values());
        while (others.size() > EARLIER) {
            others.remove(1);
        }
        return new Facts(
                latest,
                List.copyOf(others),
                parked,
                opened,
                failed,
                closed,
                resolved,
                title,
                severity,
                impact,
                updates,
                forgotten);
    }

    private static Instant time(Said<Declaration> said) {
        return requireNonNull(said.value()).declaredAt();
    }

    private static <T> Said<T> said(Heard heard, @Nullable Instant at, @Nullable T value) {
        return new Said<>(heard.era(), heard.partition(), heard.offset(), at, value);
    }

    private static <T> Said<T> last(@Nullable Said<T> before, Heard heard, @Nullable T value) {
        return Said.last(before, said(heard, null, value));
    }

    private static @Nullable Said<String> latest(
            @Nullable Said<String> before, Heard heard, Instant at, @Nullable String value) {
        return value == null ? before : Said.latest(before, said(heard, at, value));
    }

    private List<Said<Update>> with(Said<Update> update) {
        boolean isForgotten = forgotten != null && Said.BY_PLACE.compare(update, forgotten) <= 0;
        if (isForgotten || updates.stream().anyMatch(known -> Said.BY_PLACE.compare(known, update) == 0)) {
            return updates;
        }
        var all = new ArrayList<>(updates);
        all.add(update);
        all.sort(Said.BY_PLACE);
        return List.copyOf(all);
    }

    private static Said<Update> placeOf(Said<Update> said) {
        return new Said<>(said.era(), said.partition(), said.offset(), null, null);
    }

    private static int bytes(Said<Update> said) {
        var update = said.value();
        return update == null ? 128 : 128 + update.bytes();
    }

    private Facts withParked(Said<Parking> said) {
        return new Facts(
                declared, earlier, said, opened, failed, closed, resolved, title, severity, impact, updates, forgotten);
    }

    private Facts withOpened(Said<Opening> said) {
        return new Facts(
                declared, earlier, parked, said, failed, closed, resolved, title, severity, impact, updates, forgotten);
    }

    private Facts withFailed(Said<Failing> said) {
        return new Facts(
                declared, earlier, parked, opened, said, closed, resolved, title, severity, impact, updates, forgotten);
    }

    private Facts withClosed(Said<Closing> said) {
        return new Facts(
                declared, earlier, parked, opened, failed, said, resolved, title, severity, impact, updates, forgotten);
    }
}
