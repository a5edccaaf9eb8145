package io.warroom.config.app;

import io.warroom.event.Platform;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How each platform's console names an app's parameters, and which regions it has (the first is the default). */
enum AppKind {
    WECOM(Platform.WECOM, "enterpriseId", List.of("enterpriseKey", "addressBookKey"), List.of("WECOM")),
    DINGTALK(Platform.DINGTALK, "clientId", List.of("clientSecret"), List.of("DINGTALK", "DINGTALK_INTERNATIONAL")),
    LARK(Platform.LARK, "appId", List.of("appSecret"), List.of("FEISHU", "LARK"));

    final Platform platform;
    final String identityField;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    final List<String> secretFields;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    final List<String> regions;

    AppKind(Platform platform, String identityField, List<String> secretFields, List<String> regions) {
        this.platform = platform;
        this.identityField = identityField;
        this.secretFields = secretFields;
        this.regions = regions;
    }

    /** By its name in a route, in lower or upper case. */
    static Optional<AppKind> named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
