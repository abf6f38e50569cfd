throw new Error('host: "x" is not a DNS name\nurlPrefix: "a b" has a blank');
