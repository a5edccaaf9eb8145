package io.warroom.simulator.witness;

import org.jspecify.annotations.Nullable;

/** One platform's HTTP surface. Called under the world's monitor, but for {@link #endpoint}, so an implementation needs no lock of its own. */
public interface PlatformApi {
    /** The id of an app and a secret for it, as a call for a token shows them. */
    record Shown(String identity, String secret) {}

    /** Names the endpoint for counters and faults: ids replaced, {@code unknown} when the platform has no such path. Called without any lock. */
    String endpoint(String method, String path);

    /** Says whose credentials the call carries, or null when they are nobody's. */
    @Nullable
    Org caller(Call call);

    /** Gives what a call for a token shows, right or wrong; null for any other call. */
    @Nullable
    Shown shown(Call call);

    /**
     * What of its kind may be under way at once.
     *
     * @param name what it is about, empty where the platform does not care
     * @param most how many such calls there may be
     * @param punished whether more of them are a violation
     */
    record Together(String name, int most, boolean punished) {
        /** Any number of them. */
        public static final Together FREE = new Together("", Integer.MAX_VALUE, false);
    }

    /** Says how many of such calls there may be at once. */
    default Together together(Call call, @Nullable Org caller) {
        return Together.FREE;
    }

    /** The refusal of a call that runs beside more than {@link #together} allows; asked for only where that is limited. */
    default Answer overlapping(Call call, Org caller) {
        throw new IllegalStateException("this platform lets any number of calls run at once");
    }

    /** Answers one call and takes its effect. */
    Answer answer(Call call);

    /** The shape in which the called endpoint refuses with that code. */
    Answer refused(Call call, String code);

    /** The platform's own shape of "too many calls". */
    Answer throttled(Call call);
}
