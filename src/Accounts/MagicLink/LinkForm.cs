using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.MagicLink;

/// <summary>Reads the form of a page that a link shows.</summary>
internal static class LinkForm
{
    /// <summary>The form; null when there is none, or it cannot be read, or has more in it than any form of ours.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
            return null;
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception unreadable)
            when (unreadable is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return null;
        }
    }
}
