package io.warroom.platform.http;

import io.warroom.platform.Failure.Kind;
import io.warroom.platform.PlatformKind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done about a code that a platform's table does not list: the safe thing, and one line in the log for each code. */
public final class UnlistedCodes {

    private static final Logger log = LoggerFactory.getLogger(UnlistedCodes.class);
    private static final int MAX_REMEMBERED = 1_000;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PlatformKind platform;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    public UnlistedCodes(PlatformKind platform) {
        this.platform = platform;
    }

    /** A failing server may have acted, one that is called too often has not; any other answer with an unknown code is final. */
    public Verdict judge(int status, String sent, @Nullable String requestId) {
        String code = Verdict.cut(sent);
        if (seen.size() < MAX_REMEMBERED && seen.add(code)) {
            log.atWarn()
                    .addKeyValue("platform", platform)
                    .addKeyValue("errorCode", code)
                    .addKeyValue("requestId", requestId == null ? null : Verdict.cut(requestId))
                    .log("A platform answered with a code that no table lists");
        }
        if (status == TOO_MANY_REQUESTS) {
            return Verdict.wait(
                    Kind.THROTTLED,
                    PAUSE,
                    "The platform allows no more calls for now (code " + code + ", which we do not know).");
        }
        return status >= 500
                ? Verdict.look("The platform failed inside (HTTP " + status + ", code " + code
                        + "); it may have acted or not.")
                : Verdict.refuse(
                        Kind.UNLISTED,
                        "The platform refused with code " + code + ", which we do not know. Look it up in its"
                                + " documentation.");
    }
}
