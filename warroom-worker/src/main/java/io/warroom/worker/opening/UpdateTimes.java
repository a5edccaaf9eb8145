package io.warroom.worker.opening;

import io.warroom.worker.opening.FollowUp.Update;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When each field of a room's incident was set by an update, by that update's own time. Null while the field is that of the
 * declaration. An update with an earlier time does not change the field.
 */
public record UpdateTimes(
        @Nullable Instant title,
        @Nullable Instant severity,
        @Nullable Instant impact) {

    /** No update has set anything. */
    public static final UpdateTimes NONE = new UpdateTimes(null, null, null);

    /** The update without the fields that a newer one has set. */
    Update current(Update update) {
        return update.with(
                isOlder(update, title) ? null : update.title(),
                isOlder(update, severity) ? null : update.severity(),
                isOlder(update, impact) ? null : update.impact());
    }

    private static boolean isOlder(Update update, @Nullable Instant setAt) {
        return setAt != null && update.updatedAt().isBefore(setAt);
    }

    /** @param update {@link #current} already */
    UpdateTimes after(Update update) {
        return new UpdateTimes(
                update.title() == null ? title : update.updatedAt(),
                update.severity() == null ? severity : update.updatedAt(),
                update.impact() == null ? impact : update.updatedAt());
    }
}
