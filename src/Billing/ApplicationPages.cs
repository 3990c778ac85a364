using Heretix.Platform.Settings;

namespace Heretix.Billing;

/// <summary>Where people are sent to in the web application.</summary>
internal static class ApplicationPages
{
    /// <summary>The address of a page. Without a web application of its own, the server can only show how its API is used.</summary>
    public static string Page(this ServerSettings settings, string path) =>
        settings.AppUrl == settings.ApiUrl
            ? new Uri(settings.ApiUrl, "/docs").ToString()
            : settings.AppUrl.ToString().TrimEnd('/') + path;
}
