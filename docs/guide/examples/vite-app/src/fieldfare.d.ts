/// <reference types="fieldfare-client" />
