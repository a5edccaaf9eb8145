package io.warroom.platform.http;

import io.warroom.platform.Failure;
import io.warroom.platform.Failure.Kind;
import io.warroom.platform.Outcome;
import io.warroom.platform.text.Cut;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a platform's code means for us: which outcome, and what to tell a person. */
public record Verdict(Then then, Kind kind, Duration pause, String words) {

    private static final int MOST_CHARACTERS = 100;

    /** Which outcome follows. */
    public enum Then {
        WAIT,
        LOOK,
        REJECT_KEY,
        REFUSE
    }

    /** Refused before acting: send again after the pause. */
    public static Verdict wait(Kind kind, Duration pause, String words) {
        return new Verdict(Then.WAIT, kind, pause, words);
    }

    /** The platform failed somewhere inside: it may have acted. */
    public static Verdict look(String words) {
        return new Verdict(Then.LOOK, Kind.UNREACHABLE, Duration.ZERO, words);
    }

    /** The key is wrong. */
    public static Verdict rejectKey(String words) {
        return new Verdict(Then.REJECT_KEY, Kind.KEY_REJECTED, Duration.ZERO, words);
    }

    /** Sending again cannot help. */
    public static Verdict refuse(Kind kind, String words) {
        return new Verdict(Then.REFUSE, kind, Duration.ZERO, words);
    }

    /** The outcome, with the platform's own code and request id for the log. */
    public <T> Outcome<T> outcome(String code, @Nullable String requestId) {
        Failure why = new Failure(kind, words, cut(code), requestId == null ? null : cut(requestId));
        return switch (then) {
            case WAIT -> new Outcome.NotYet<>(why, pause);
            case LOOK -> new Outcome.Unknown<>(why);
            case REJECT_KEY -> new Outcome.KeyRejected<>(why);
            case REFUSE -> new Outcome.Refused<>(why);
        };
    }

    /** Whatever came, it goes into a line of a log and a field of a record. */
    static String cut(String sent) {
        return Cut.toLine(sent, MOST_CHARACTERS);
    }

    /** The same in words that say more. */
    public Verdict saying(String more) {
        return new Verdict(then, kind, pause, more);
    }

    /** The same with the pause that the platform asked for in this answer. */
    public Verdict pausing(Duration asked) {
        return new Verdict(then, kind, asked, words);
    }
}
