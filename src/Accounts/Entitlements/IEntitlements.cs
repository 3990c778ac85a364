namespace Heretix.Accounts.Entitlements;

/// <summary>What a user is entitled to as far as accounts must know; answered by billing.</summary>
public interface IEntitlements
{
    /// <summary>How many devices the user's plan allows.</summary>
    Task<int> DeviceLimitAsync(Guid userId, CancellationToken cancellationToken);
}
