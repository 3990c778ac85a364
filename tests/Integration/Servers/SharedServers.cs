[assembly: AssemblyFixture(typeof(Heretix.Tests.Integration.Servers.PostgresCluster))]
