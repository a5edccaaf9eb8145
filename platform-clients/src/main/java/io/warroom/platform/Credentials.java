package io.warroom.platform;

/** What an app signs in with, named as the platform's own console names it. */
public sealed interface Credentials {

    /**
     * A WeCom self-built app.
     *
     * @param enterpriseId corpid
     * @param enterpriseKey the app's secret
     * @param addressBookKey the contacts-sync secret
     * @param serviceId agent id
     */
    record WeCom(String enterpriseId, Secret enterpriseKey, Secret addressBookKey, int serviceId)
            implements Credentials {}

    /**
     * A DingTalk internal app.
     *
     * @param clientId appKey
     * @param clientSecret appSecret
     * @param groupTemplateId the scenario group template
     * @param robotId robotCode of the template's robot
     * @param serviceId agent id
     */
    record DingTalk(String clientId, Secret clientSecret, String groupTemplateId, String robotId, long serviceId)
            implements Credentials {}

    /** A Lark or Feishu self-built app. */
    record Lark(String appId, Secret appSecret) implements Credentials {}
}
