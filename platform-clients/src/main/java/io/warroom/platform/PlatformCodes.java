package io.warroom.platform;

import io.warroom.platform.dingtalk.DingTalkPlatform;
import io.warroom.platform.lark.LarkPlatform;
import io.warroom.platform.wecom.WeComPlatform;
import java.util.List;
import java.util.Optional;

/** The platforms' own codes in words. Stateless. */
public final class PlatformCodes {

    private PlatformCodes() {}

    /** What a platform's code means; empty when no table lists it. */
    public static Optional<CodeRow> find(PlatformKind platform, String code) {
        return switch (platform) {
            case WECOM -> WeComPlatform.codeRow(code);
            case DINGTALK -> DingTalkPlatform.codeRow(code);
            case LARK -> LarkPlatform.codeRow(code);
        };
    }

    /** All rows of a platform's table. */
    public static List<CodeRow> rows(PlatformKind platform) {
        return switch (platform) {
            case WECOM -> WeComPlatform.codeRows();
            case DINGTALK -> DingTalkPlatform.codeRows();
            case LARK -> LarkPlatform.codeRows();
        };
    }
}
