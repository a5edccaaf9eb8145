package io.warroom.config.console;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One parameter of an app's form. Its words are messages: {@code app.PLATFORM.NAME} and {@code app.PLATFORM.NAME.hint}, where the
 * vendor's console shows it.
 *
 * @param identity never changes
 * @param secret is never sent back
 * @param required whether it must be given
 */
record AppField(String name, boolean identity, boolean secret, boolean required) {

    private static final Map<String, List<AppField>> BY_PLATFORM = Map.of(
            "WECOM",
            List.of(
                    identity("enterpriseId"),
                    secret("enterpriseKey"),
                    secret("addressBookKey"),
                    new AppField("serviceId", false, false, true)),
            "DINGTALK",
            List.of(
                    identity("clientId"),
                    secret("clientSecret"),
                    new AppField("groupTemplateId", false, false, true),
                    new AppField("robotId", false, false, true),
                    new AppField("serviceId", false, false, true)),
            "LARK",
            List.of(identity("appId"), secret("appSecret"), new AppField("serviceId", false, false, false)));

    /** The parameters of a platform, in the order in which its form asks for them; empty for none. */
    static List<AppField> of(String platform) {
        return BY_PLATFORM.getOrDefault(platform.toUpperCase(Locale.ROOT), List.of());
    }

    private static AppField identity(String name) {
        return new AppField(name, true, false, true);
    }

    private static AppField secret(String name) {
        return new AppField(name, false, true, true);
    }
}
