package io.warroom.platform;

/** The chat platforms that have a client. */
public enum PlatformKind {
    WECOM,
    DINGTALK,
    LARK
}
