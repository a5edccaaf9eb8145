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
    private final Map<PlatformKind, AppCheck> checks;

    public ChatPlatforms(PlatformSettings settings, Clock clock) {
        http = new PlatformHttp(settings);
        WeComPlatform wecom = new WeComPlatform(http, settings.pace(PlatformKind.WECOM), clock);
        DingTalkPlatform dingtalk = new DingTalkPlatform(http, settings.pace(PlatformKind.DINGTALK), clock);
        LarkPlatform lark = new LarkPlatform(http, settings.pace(PlatformKind.LARK), clock);
        platforms = Map.of(PlatformKind.WECOM, wecom, PlatformKind.DINGTALK, dingtalk, PlatformKind.LARK, lark);
        checks = Map.of(PlatformKind.WECOM, wecom, PlatformKind.DINGTALK, dingtalk, PlatformKind.LARK, lark);
    }

    /** Every kind has its client. */
    public Map<PlatformKind, ChatPlatform> byKind() {
        return platforms;
    }

    /** Every kind has its check. */
    public Map<PlatformKind, AppCheck> checks() {
        return checks;
    }

    @Override
    public void close() {
        http.close();
    }
}
