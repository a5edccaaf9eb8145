package io.warroom.platform;

import io.warroom.platform.dingtalk.DingTalkPlatform;
import io.warroom.platform.http.PlatformHttp;
import io.warroom.platform.lark.LarkPlatform;
import io.warroom.platform.wecom.WeComPlatform;
import java.time.Clock;
import java.util.Map;

/** All chat platforms over one connection pool. Safe for many threads; close it when no call runs any more. */
public final class ChatPlatforms implements AutoCloseable {

    private final PlatformHttp http;
    private final Map<PlatformKind, ChatPlatform> platforms;

    public ChatPlatforms(PlatformSettings settings, Clock clock) {
        http = new PlatformHttp(settings);
        platforms = Map.of(
                PlatformKind.WECOM, new WeComPlatform(http, clock),
                PlatformKind.DINGTALK, new DingTalkPlatform(http, clock),
                PlatformKind.LARK, new LarkPlatform(http, clock));
    }

    /** Every kind has its client. */
    public Map<PlatformKind, ChatPlatform> byKind() {
        return platforms;
    }

    @Override
    public void close() {
        http.close();
    }
}
