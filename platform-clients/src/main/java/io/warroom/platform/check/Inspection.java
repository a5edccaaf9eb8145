package io.warroom.platform.check;

import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Code;
import io.warroom.platform.AppFinding.Severity;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One check of one app while it runs: what was found, and whether anything more may be asked. It is over when the key is
 * refused, when the platform gives no answer, throttles or counts no more calls, and when its time is up. For one thread.
 */
public final class Inspection {

    private final Clock clock;
    private final Instant deadline;
    private final List<AppFinding> findings = new ArrayList<>();
    private boolean over;

    /** @param limit after it nothing more is asked */
    public Inspection(Clock clock, Duration limit) {
        this.clock = clock;
        this.deadline = clock.instant().plus(limit);
    }

    /** Signs in: whoever is refused here, for whatever reason, opens no room. */
    public boolean signIn(Supplier<Outcome<Boolean>> call, Function<Failure, AppFinding> refused) {
        boolean signedIn = ask(call, why -> {
                    AppFinding finding = refused.apply(why);
                    return finding.severity() == Severity.WARNING && why.kind() != Failure.Kind.QUOTA_EXHAUSTED
                            ? AppFinding.of(Severity.ERROR, finding.code(), why, finding.remedy())
                            : finding;
                })
                .isPresent();
        over |= !signedIn;
        return signedIn;
    }

    /**
     * Asks one question.
     *
     * @param refused what a refusal means
     * @return empty when it was refused or not asked; there is a finding that says so
     */
    public <T> Optional<T> ask(Supplier<Outcome<T>> call, Function<Failure, AppFinding> refused) {
        if (over) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(deadline)) {
            over = true;
            add(AppFinding.of(
                    Severity.UNCHECKED,
                    Code.OUT_OF_TIME,
                    "The platform answers too slowly: the rest was not checked.",
                    "Check again later."));
            return Optional.empty();
        }
        return switch (call.get()) {
            case Outcome.Done<T>(var value) -> Optional.of(value);
            case Outcome.NotYet<T>(var why, var ignored) -> away(why);
            case Outcome.Unknown<T>(var why) -> away(why);
            case Outcome.KeyRejected<T>(var why) -> {
                add(refused.apply(why));
                over = true;
                yield Optional.empty();
            }
            case Outcome.Refused<T>(var why) -> {
                add(refused.apply(why));
                over |= why.kind() == Failure.Kind.QUOTA_EXHAUSTED;
                yield Optional.empty();
            }
        };
    }

    /**
     * Makes a test room. A create that was not answered is sent once more under the same de-duplication key: else nobody would
     * know which room to dissolve.
     */
    public <T> Optional<T> makeRoom(String name, Supplier<Outcome<T>> create, Function<Failure, AppFinding> refused) {
        return ask(
                () -> {
                    Outcome<T> made = create.get();
                    if (made instanceof Outcome.Unknown<T>) {
                        made = create.get();
                    }
                    if (made instanceof Outcome.Unknown<T>) {
                        add(AppFinding.of(
                                Severity.WARNING,
                                Code.TEST_ROOM_LEFT,
                                "Whether a test room \"" + name + "\" was made is not known: it may have been left.",
                                "Dissolve it by hand if it is there."));
                    }
                    return made;
                },
                refused);
    }

    private <T> Optional<T> away(Failure why) {
        over = true;
        Code code = why.kind() == Failure.Kind.THROTTLED ? Code.THROTTLED : Code.UNREACHABLE;
        add(AppFinding.of(
                Severity.UNCHECKED,
                code,
                why,
                "This says nothing about the app. Check again later; the rest was not checked."));
        return Optional.empty();
    }

    /** Notes what was found; the same again only once. */
    public void add(AppFinding finding) {
        boolean known = findings.stream()
                .anyMatch(other -> other.code() == finding.code()
                        && other.severity() == finding.severity()
                        && other.words().equals(finding.words()));
        if (!known) {
            findings.add(finding);
        }
    }

    /** What was found so far. */
    public List<AppFinding> findings() {
        return List.copyOf(findings);
    }

    /** What a refusal means by its kind alone, or by the advice for its code. */
    public static AppFinding refusal(Failure why, @Nullable Advice advice) {
        if (why.kind() == Failure.Kind.MISCONFIGURED && why.code() == null) {
            return AppFinding.of(Severity.ERROR, Code.ENDPOINT_NOT_ALLOWED, why, null);
        }
        Severity severity = switch (why.kind()) {
            case KEY_REJECTED, TOKEN_REFUSED, MISCONFIGURED -> Severity.ERROR;
            // The app is right, and the calls come back by themselves.
            case QUOTA_EXHAUSTED, TOO_FEW_PEOPLE, REFUSED, ROOM_GONE, UNLISTED -> Severity.WARNING;
            case UNREACHABLE, THROTTLED, IN_PROGRESS -> Severity.UNCHECKED;
        };
        Code code = switch (why.kind()) {
            case KEY_REJECTED -> Code.KEY_REJECTED;
            case QUOTA_EXHAUSTED -> Code.QUOTA_EXHAUSTED;
            case UNREACHABLE, IN_PROGRESS -> Code.UNREACHABLE;
            case THROTTLED -> Code.THROTTLED;
            case TOKEN_REFUSED, MISCONFIGURED, TOO_FEW_PEOPLE, REFUSED, ROOM_GONE, UNLISTED -> Code.REFUSED;
        };
        return advice == null
                ? AppFinding.of(severity, code, why, null)
                : AppFinding.of(severity, advice.code(), why, advice.remedy());
    }
}
